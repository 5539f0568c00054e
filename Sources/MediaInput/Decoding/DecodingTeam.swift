internal import Platform
import CFFmpeg
import DequeModule

/// Decodes the groups of a stream on several decoders at once and gives their pictures in order.
///
/// **Who runs.** The reader, a thread (`read`), deals packets out to groups as they come. Each decoder has a
/// thread (`decode`) that takes the next group nobody has, decodes all of it, and comes back. The caller
/// (`next`) takes the outcomes of the first group, then those of the group behind it. All that they share is
/// `State`, under one lock, which nobody holds while reading or decoding. Nobody waits for a group to be
/// complete, so a live stream is not delayed.
///
/// **What waits for what**, and who ends the wait:
///
/// - `forRoom`: the reader, while as many packets or bytes wait for decoders as may, or as many complete
///   groups for a decoder (`hasRoom`). Whoever takes the packet or the group that makes room, and the caller
///   when it goes on to the next group.
/// - `forPackets`: a decoder, for a group, for a packet of its group or the group's end, or to hand over
///   outcomes. The reader with each packet and at the end; the caller whenever it takes outcomes or goes on
///   to the next group. The decoder of the first group hands over while fewer than `mostOutcomes` of that
///   group wait, the others while fewer than that wait in all.
/// - `forOutcomes`: the caller, for an outcome of the first group, the end of that group, or the end of the
///   input. The decoder of the first group, and the reader at the end.
///
/// **Why some thread can always go on**, unless the input blocks:
///
/// - Groups are taken in order. If the first one has no decoder, no group has, so that all decoders are free
///   to take it.
/// - The decoder of the first group never waits for what is later: only the caller, who waits for it alone,
///   makes it wait to hand over.
/// - If it waits for packets, none of its group wait and the group is not complete. Then the reader always
///   has room, even if the packet that opens the next group is larger than all that may wait.
///
/// **How it ends.** At the end of the input every group is complete, and the threads run out of work. Before
/// that the owner lets go: `stop` calls a reader that blocks back, `isCancelled` ends every wait, and all
/// threads are joined.
final class DecodingTeam {
    /// A group of pictures on its way.
    private struct Group {
        var packets: Deque<Packet> = []
        /// All its packets are here.
        var isComplete = false
        var outcomes: Deque<DecodingOutcome> = []
        /// All its outcomes are here.
        var isDone = false
        /// Nobody decodes it.
        var filled: FilledGroup?
        /// Whoever decodes it may end early; then it is complete.
        var tail: GroupTail?
    }

    private struct State {
        var groups: Deque<Group> = []
        /// Number of the first of `groups`, the one whose pictures are next.
        var first = 0
        /// Number of the first group without a decoder.
        var untaken = 0
        var packetCount = 0
        var byteCount = 0
        var outcomeCount = 0
        var mostOutcomes: Int
        /// Nothing more will be read.
        var ending: MediaEnding?
        var bytesRead: Int64 = 0
        var isCancelled = false

        var hasRoom: Bool {
            if let first = groups.first, !first.isComplete, first.packets.isEmpty { return true }
            return packetCount < DecodingTeam.mostPackets && byteCount < DecodingTeam.mostBytes
                && groups.dropFirst(untaken - first).count { $0.isComplete && $0.filled == nil }
                    < DecodingTeam.mostSpareGroups
                && groups.count { $0.filled != nil } < DecodingTeam.mostFilledGroups
        }
        var last: Int { first + groups.count - 1 }

        mutating func take(_ deal: GroupScout.Deal) {
            switch deal {
            case .open(let packets, let tail):
                groups.append(Group(tail: tail))
                for packet in packets { add(packet, to: last) }
            case .add(let packet): add(packet, to: last)
            case .close: groups[last - first].isComplete = true
            case .fill(let filled):
                groups.append(Group(isComplete: true, isDone: true, filled: filled))
            }
        }

        /// A group that may get packets is always among `groups`, for it is not complete.
        mutating func add(_ packet: Packet, to number: Int) {
            groups[number - first].packets.append(packet)
            packetCount += 1
            byteCount += packet.byteCount
        }
    }

    /// Packets, and bytes of them, that may wait for a decoder.
    private static let mostPackets = 1024
    private static let mostBytes = 16_000_000
    /// Groups that may wait complete, for the decoders that are free next: more would only take memory.
    private static let mostSpareGroups = 2
    /// Groups that nobody decodes and that may wait for those before them: two or three pictures each.
    private static let mostFilledGroups = 16
    /// Pictures that may wait for those before them, and as many of those that are next for the caller: 4 KB
    /// each, with an image encoder's view 150 KB.
    private static let mostOutcomes = (small: 1500, large: 100)
    /// Outcomes that a decoder hands over together while packets wait for it: each time it does, threads
    /// change places.
    private static let bundle = 8

    private static let forOutcomes = 0
    private static let forPackets = 1
    private static let forRoom = 2

    private let monitor: Monitor<State>
    /// The reader's own, which ends blocking reads when the reader goes.
    private let stop: StopFlag
    private var threads: [OwnThread] = []
    /// Taken from the first group, not handed out yet.
    private var ready: Deque<DecodingOutcome> = []

    /// Goes on where `media` stands: its decoder keeps the group it is in. nil if there are no threads to be
    /// had, and then `media` is as before.
    ///
    /// - Parameters:
    ///   - media: what is read; used by the team alone from now on.
    ///   - others: decoders besides that of `media`.
    ///   - hasViews: pictures are large.
    ///   - stop: the reader's own flag, raised when the team goes.
    init?(
        _ media: OpenedMedia, others: [GroupDecoder], hasViews: Bool, stop: StopFlag
    ) {
        self.stop = stop
        var state = State(mostOutcomes: hasViews ? Self.mostOutcomes.large : Self.mostOutcomes.small)
        state.groups.append(Group())
        state.untaken = 1
        let monitor = Monitor(state, conditions: 3)
        self.monitor = monitor
        let decoder = media.decoder
        guard let thread = OwnThread({ Self.decode(on: decoder, beginningWith: 0, monitor: monitor) }) else {
            return nil
        }
        threads.append(thread)
        guard let reader = OwnThread({ Self.read(media, monitor: monitor) }) else {
            finish()
            return nil
        }
        threads.append(reader)
        for decoder in others {
            guard
                let thread = OwnThread({ Self.decode(on: decoder, beginningWith: nil, monitor: monitor) })
            else { break }
            threads.append(thread)
        }
    }

    deinit {
        // Only a thread that still reads may have to be called back; what follows this team's media is read
        // under the same flag.
        if monitor.with({ $0.ending == nil }) { stop.raise() }
        finish()
    }

    private func finish() {
        monitor.with { $0.isCancelled = true }
        for condition in 0..<3 { monitor.signal(condition) }
        for thread in threads { thread.join() }
        threads = []
    }

    /// Bytes taken from the input, and groups found in them.
    var progress: (bytesRead: Int64, groups: Int) { monitor.with { ($0.bytesRead, $0.last + 1) } }

    /// The next outcome, in order; nil at the end, for good.
    func next() -> DecodingOutcome? {
        if ready.isEmpty {
            ready = monitor.wait(for: Self.forOutcomes) { state in
                while true {
                    if stop.isRaised { return [] }
                    guard let group = state.groups.first else { return state.ending == nil ? nil : [] }
                    if let filled = group.filled {
                        removeFirst(from: &state)
                        return Deque(filled.outcomes())
                    }
                    if !group.outcomes.isEmpty {
                        state.outcomeCount -= group.outcomes.count
                        monitor.signal(Self.forPackets)
                        return take(&state.groups[0].outcomes)
                    }
                    guard group.isDone else { return nil }
                    removeFirst(from: &state)
                }
            }
        }
        return stop.isRaised ? nil : ready.popFirst()
    }

    private func removeFirst(from state: inout State) {
        state.groups.removeFirst()
        state.first += 1
        // Whoever decodes does not wait for a group that nobody decodes.
        state.untaken = max(state.untaken, state.first)
        monitor.signal(Self.forPackets)
        monitor.signal(Self.forRoom)
    }

    private func take(_ outcomes: inout Deque<DecodingOutcome>) -> Deque<DecodingOutcome> {
        defer { outcomes = [] }
        return outcomes
    }

    /// Why reading ended; valid once `next` has returned nil.
    var ending: MediaEnding {
        stop.isRaised ? .interrupted : monitor.with { $0.ending } ?? .end
    }

    // MARK: - The reading thread

    /// Deals packets out as they come, or, while a scout is wanted, groups that have been judged.
    private static func read(_ media: OpenedMedia, monitor: Monitor<State>) {
        var scout: GroupScout?
        /// The packet that opened the last group, while the group before may need it too.
        var start: Packet?
        /// The group before may get more packets.
        var isFormerOpen = false
        while monitor.wait(for: forRoom, { $0.isCancelled ? false : $0.hasRoom ? true : nil }) {
            let reading = media.read()
            let bytes = media.bytesRead
            guard case .packet(let packet, let place) = reading else {
                let deals = scout?.finish() ?? []
                monitor.with { state in
                    state.bytesRead = bytes
                    for deal in deals { state.take(deal) }
                    for index in state.groups.indices { state.groups[index].isComplete = true }
                    state.ending = if case .ended(let ending) = reading { ending } else { .end }
                }
                monitor.signal(forPackets)
                monitor.signal(forOutcomes)
                return
            }
            if isFormerOpen && place != .leading {
                monitor.with { $0.groups[$0.last - 1 - $0.first].isComplete = true }
                isFormerOpen = false
                start = nil
            }
            if scout == nil, place == .start || place == .openStart { scout = media.newScout() }
            if var judge = scout {
                judge.isJudging = media.wantsScout
                let deals = judge.push(packet, place)
                scout = judge.isIdle ? nil : judge
                monitor.with { state in
                    state.bytesRead = bytes
                    for deal in deals { state.take(deal) }
                }
                if deals.isEmpty { continue }
                monitor.signal(forPackets)
                monitor.signal(forOutcomes)
                continue
            }
            monitor.with { state in
                state.bytesRead = bytes
                let last = state.last
                switch place {
                case .current:
                    state.add(packet, to: last)
                case .start, .openStart:
                    isFormerOpen = place == .openStart
                    start = isFormerOpen ? packet : nil
                    if !isFormerOpen { state.groups[last - state.first].isComplete = true }
                    state.groups.append(Group())
                    state.add(packet, to: last + 1)
                case .leading:
                    if let packet = start.flatMap({ Packet(foreign: $0) }) { state.add(packet, to: last - 1) }
                    start = nil
                    state.add(packet, to: last - 1)
                }
            }
            monitor.signal(forPackets)
        }
    }

    // MARK: - The decoding threads

    private static func decode(on decoder: GroupDecoder, beginningWith first: Int?, monitor: Monitor<State>) {
        var taken = first
        while let number = taken ?? takeGroup(monitor) {
            taken = nil
            while let (packet, isLast, tail) = takePacket(of: number, monitor) {
                if let tail, decoder.end(with: tail, before: packet) {
                    leavePackets(of: number, monitor)
                    break
                }
                decoder.take(packet)
                // Nothing is held back while the decoder waits.
                if !isLast && decoder.outcomeCount < bundle { continue }
                guard put(decoder.takeOutcomes(), of: number, isDone: false, monitor) else { return }
            }
            if monitor.with({ $0.isCancelled }) { return }
            decoder.finish()
            guard put(decoder.takeOutcomes(), of: number, isDone: true, monitor) else { return }
            decoder.restart()
        }
    }

    private static func takeGroup(_ monitor: Monitor<State>) -> Int? {
        monitor.wait(for: forPackets) { state -> Int?? in
            if state.isCancelled { return .some(nil) }
            let hadRoom = state.hasRoom
            while state.untaken <= state.last, state.groups[state.untaken - state.first].filled != nil {
                state.untaken += 1
            }
            if state.untaken <= state.last {
                state.untaken += 1
                if !hadRoom, state.hasRoom { monitor.signal(forRoom) }
                return state.untaken - 1
            }
            return state.ending == nil ? nil : .some(nil)
        }
    }

    /// `isLast`: no other packet of the group waits.
    private static func takePacket(
        of number: Int, _ monitor: Monitor<State>
    ) -> (packet: Packet, isLast: Bool, tail: GroupTail?)? {
        monitor.wait(for: forPackets) { state -> (Packet, Bool, GroupTail?)?? in
            if state.isCancelled { return .some(nil) }
            let index = number - state.first
            let hadRoom = state.hasRoom
            if let packet = state.groups[index].packets.popFirst() {
                state.packetCount -= 1
                state.byteCount -= packet.byteCount
                if !hadRoom, state.hasRoom { monitor.signal(forRoom) }
                return (packet, state.groups[index].packets.isEmpty, state.groups[index].tail)
            }
            return state.groups[index].isComplete ? .some(nil) : nil
        }
    }

    /// The rest of a complete group is not decoded.
    private static func leavePackets(of number: Int, _ monitor: Monitor<State>) {
        monitor.with { state in
            let packets = take(&state.groups[number - state.first].packets)
            state.packetCount -= packets.count
            state.byteCount -= packets.reduce(0) { $0 + $1.byteCount }
        }
        monitor.signal(forRoom)
    }

    private static func take<Element>(_ items: inout Deque<Element>) -> Deque<Element> {
        defer { items = [] }
        return items
    }

    /// Returns false if nobody wants it any more.
    private static func put(
        _ outcomes: Deque<DecodingOutcome>, of number: Int, isDone: Bool, _ monitor: Monitor<State>
    ) -> Bool {
        guard !outcomes.isEmpty || isDone else { return true }
        return monitor.wait(for: forPackets) { state in
            if state.isCancelled { return false }
            let index = number - state.first
            let waiting = index == 0 ? state.groups[0].outcomes.count : state.outcomeCount
            guard waiting < state.mostOutcomes else { return nil }
            state.outcomeCount += outcomes.count
            state.groups[index].outcomes.append(contentsOf: outcomes)
            state.groups[index].isDone = isDone
            if index == 0 { monitor.signal(forOutcomes) }
            return true
        }
    }
}
