# Debian's own packages, without root and without touching what apt knows; for scripts that bring pinned servers to .data/.
# Sourced by them; `fail REASON` is theirs, and ends them with the way out.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# debian_sources WORK_FOLDER STATUS SUITE...: reads the lists of the suites from the mirrors that this machine is set up to use. STATUS is
# the file that says which packages are here. A suite whose name ends in -security or -updates may be missing in the machine's sources.
debian_sources() {
  local work="$1" status="$2" suite codename mirror tool
  shift 2
  for tool in apt-get dpkg dpkg-deb; do
    command -v "$tool" >/dev/null || fail "this needs Debian's $tool."
  done
  [ -r "$debian_keyring" ] || fail "$debian_keyring, which proves that packages are Debian's, is not here (package debian-archive-keyring)."
  codename="$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")"
  mkdir -p "$work"/{state/lists/partial,cache/archives/partial}
  for suite in "$@"; do
    case "$suite" in
      *-security | *-updates)
        mirror="$(debian_mirror "$suite")"
        [ -n "$mirror" ] || continue
        ;;
      *)
        # The machine's own mirror of the main archive has all suites.
        mirror="$(debian_mirror "$codename")"
        [ -n "$mirror" ] || fail "apt's sources name no Debian mirror with the suite \"$codename\"."
        ;;
    esac
    echo "deb [signed-by=$debian_keyring] $mirror $suite main"
  done >"$work/sources.list"
  debian_apt=(apt-get -qq -o "Dir::State=$work/state" -o "Dir::State::status=$status" -o "Dir::Cache=$work/cache"
    -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3
    # Without it, a mirror that cannot be reached is a warning.
    -o APT::Update::Error-Mode=any)
  "${debian_apt[@]}" update || fail "the list of packages of Debian $* could not be read from the mirror of this machine (see above)."
}

# Where the machine's sources have a suite of the main section.
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$1" '$2 == release && $3 == "main" { print $1; exit }'
}

# debian_download WORK_FOLDER PACKAGE...: fetches packages into the folder; apt checks each against the signed lists.
debian_download() {
  local work="$1"
  shift
  (cd "$work" && "${debian_apt[@]}" download "$@")
}
