# A customer and a warehouse in a few lines of curl, for docs/extraction.md. Read it into a shell: . docs/shop.sh
shop="http://127.0.0.1:${PORT:-3000}"

ask() { curl --silent --show-error --fail-with-body "$@"; }
send() { ask --json "$2" "$shop/$1" "${@:3}" && echo; }
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# Teapots on the shelf, with a price, and a customer.
open_shop() {
  send items '{"itemId":"TEAPOT","name":"Teapot","stockTracked":true}'
  send prices/TEAPOT '{"unitPrice":{"amount":1295,"currency":"GBP"}}' --request PUT
  send stock/TEAPOT/receipts '{"quantity":1000}'
  customer=$(send customers '{"name":"Ada","address":{"country":"United Kingdom"}}' | field customerId)
}

# Orders a teapot and prints the order's id.
order() {
  send orders '{"customerId":"'"$customer"'","currency":"GBP","lines":[{"itemId":"TEAPOT","quantity":1}]}' | field orderId
}

# Waits until an order has come so far, and says so.
until_order_is() {
  until ask "$shop/orders/$1" | grep -q "\"state\":\"$2\""; do sleep 0.2; done
  echo "order $1 is $2"
}

# Waits for an order's parcel, which shipping packs when the order already awaits its dispatch, and prints its id.
parcel() {
  until ask "$shop/shipments?orderId=$1" | field shipmentId | grep .; do sleep 0.2; done
}

# Sends an order's parcel off, and reports that it arrived.
deliver() {
  until_order_is "$1" awaiting-dispatch
  shipment=$(parcel "$1")
  send "shipments/$shipment/dispatch" '{}' >/dev/null
  send "shipments/$shipment/delivery" '{"outcome":"delivered"}' >/dev/null
  until_order_is "$1" completed
}
