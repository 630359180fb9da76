import { CommandContract, EventContract } from '../messages/contract';
import { CommandMessage, EventMessage } from '../messages/message';
import { defineSaga } from './saga-definition';
import { sagaDiagram } from './saga-diagram';

@EventContract('trips.trip-asked-for')
class TripAskedFor extends EventMessage<TripAskedFor> {}
@CommandContract('hotels.book-room')
class BookRoom extends CommandMessage<BookRoom> {}
@CommandContract('hotels.give-room-back')
class GiveRoomBack extends CommandMessage<GiveRoomBack> {}
@EventContract('hotels.room-booked')
class RoomBooked extends EventMessage<RoomBooked> {}
@EventContract('hotels.room-given-back')
class RoomGivenBack extends EventMessage<RoomGivenBack> {}
@CommandContract('airlines.book-seat')
class BookSeat extends CommandMessage<BookSeat> {}
@EventContract('airlines.seat-answered')
class SeatAnswered extends EventMessage<SeatAnswered> {
  readonly booked!: boolean;
}
@CommandContract('mail.send-tickets')
class SendTickets extends CommandMessage<SendTickets> {}
@EventContract('mail.tickets-sent')
class TicketsSent extends EventMessage<TicketsSent> {}
@EventContract('mail.tickets-lost')
class TicketsLost extends EventMessage<TicketsLost> {}

const trip = defineSaga<{ far: boolean }>({
  name: 'trips.trip',
  aggregateType: 'trip',
  correlateBy: 'tripId',
  start: { event: TripAskedFor, state: 'asked-for', facts: () => ({ far: true }) },
  steps: [
    {
      name: 'room',
      kind: 'compensatable',
      state: 'booking-room',
      send: { command: BookRoom, from: () => new BookRoom({}) },
      done: { event: RoomBooked },
      compensation: {
        command: GiveRoomBack,
        from: () => new GiveRoomBack({}),
        state: 'undoing',
        done: { event: RoomGivenBack },
      },
      deadline: { afterMs: 90_000, outcome: 'failed', reason: 'no-room' },
    },
    {
      name: 'seat',
      kind: 'pivot',
      state: 'booking-seat',
      when: { description: 'it is far', holds: ({ far }) => far },
      send: { command: BookSeat, from: () => new BookSeat({}) },
      done: { event: SeatAnswered, where: { booked: true } },
      refused: [{ event: SeatAnswered, where: { booked: false }, outcome: 'full', reason: 'no-seat' }],
    },
    {
      name: 'tickets',
      kind: 'retriable',
      state: 'sending',
      send: { command: SendTickets, from: () => new SendTickets({}) },
      done: { event: TicketsSent },
    },
  ],
  completed: 'ready',
});

describe('the diagram of a process', () => {
  it('shows its states, conditions, deadlines, refusals and compensations', () => {
    expect(
      sagaDiagram(trip)
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'stateDiagram-v2',
      'state "booking-room" as step_room',
      'state "booking-seat" as step_seat',
      'state "sending" as step_tickets',
      'state "undoing room" as undo_room',
      'state "failed" as end_failed',
      'state "full" as end_full',
      'state "ready" as end_ready',
      '[*] --> step_room : TripAskedFor / BookRoom',
      'step_room --> step_seat : RoomBooked [if it is far] / BookSeat',
      'step_room --> step_tickets : RoomBooked [unless it is far] / SendTickets',
      'step_room --> undo_room : no answer for 90 s / GiveRoomBack',
      'step_seat --> step_tickets : SeatAnswered (booked = true) / SendTickets',
      'step_seat --> undo_room : SeatAnswered (booked = false) / GiveRoomBack',
      'step_tickets --> end_ready : TicketsSent',
      'undo_room --> end_failed : RoomGivenBack [outcome failed]',
      'undo_room --> end_full : RoomGivenBack [outcome full]',
      'end_failed --> [*]',
      'end_full --> [*]',
      'end_ready --> [*]',
    ]);
  });

  it('shows who may call the process off, and until when', () => {
    const arrows = sagaDiagram({
      ...trip,
      callOff: { outcome: 'called-off', reason: 'wish', lost: 'too-late' },
    })
      .split('\n')
      .filter((line) => /called.off/.test(line))
      .map((line) => line.trim());
    expect(arrows).toEqual([
      'state "called-off" as end_called_off',
      'step_room --> undo_room : called off or no answer for 90 s / GiveRoomBack',
      'step_seat --> undo_room : SeatAnswered (booked = false) or called off / GiveRoomBack',
      'undo_room --> end_called_off : RoomGivenBack [outcome called-off]',
      'end_called_off --> [*]',
    ]);
  });

  it('shows what is still undone after the pivot', () => {
    const [room, seat, tickets] = trip.steps;
    const usedUp = {
      ...trip.steps[0],
      name: 'hold',
      state: 'holding',
      compensation: { ...room.compensation!, untilPivot: true as const },
    };
    const lost = { event: TicketsLost, outcome: 'lost', reason: 'no-tickets' };
    const arrows = sagaDiagram({
      ...trip,
      steps: [room, usedUp, { ...seat, when: undefined }, { ...tickets, refused: [lost] }],
    })
      .split('\n')
      .filter((line) => /undo_/.test(line))
      .map((line) => line.trim());
    expect(arrows).toEqual(
      expect.arrayContaining([
        'state "undoing room after seat" as undo_late_room',
        'step_seat --> undo_hold : SeatAnswered (booked = false) / GiveRoomBack',
        'step_tickets --> undo_late_room : TicketsLost / GiveRoomBack',
        'undo_hold --> undo_room : RoomGivenBack / GiveRoomBack',
        'undo_late_room --> end_lost : RoomGivenBack [outcome lost]',
      ]),
    );
    expect(arrows.filter((line) => line.includes('undo_late_hold'))).toEqual([]);
  });
});
