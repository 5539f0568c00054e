/// Holds the packets of a group of pictures back until it can be judged, and deals it out to be decoded, or
/// filled. The heart of the plan `scout`.
///
/// A group is judged when the key frame behind it has come. Where that takes too long, as in streams that
/// hardly have key frames, the group is decoded: what waits is bounded in packets, bytes and seconds.
///
/// The answers depend on the packets alone. Used on one thread at a time, which decodes the key frames that
/// are asked for.
struct GroupScout {
    /// What becomes of packets. Groups are dealt out one after the other.
    enum Deal {
        /// A group to be decoded begins; if it has a tail, all its packets are here.
        case open([Packet], tail: GroupTail?)
        /// Another packet of that group.
        case add(Packet)
        /// That group has all its packets.
        case close
        /// A whole group that is not decoded.
        case fill(FilledGroup)
    }

    /// What the packets of a codec say of their pictures.
    enum Coding {
        /// Which ones are predicted from both sides; and each can be looked at as soon as it is decoded.
        case predicted
        /// Nothing, in VP9 and AV1.
        case hierarchical
        /// Each is a key frame (`KeyFrameSearch`).
        case intra
    }

    /// Packets that wait at most, and bytes of them.
    static let mostPackets = 300
    private static let mostBytes = 16_000_000

    private struct Held {
        var packets: [Packet]
        var bytes: Int
        /// Of the packet that opened it: the inner nil is a key frame that is none; nil: not decoded yet.
        var opening: KeyDecoder.Key??

        init(_ packet: Packet) { (packets, bytes) = ([packet], packet.byteCount) }
    }

    private enum Run {
        /// Packets are handed on as they come.
        case dealt
        case held(Held)
    }

    /// Groups that begin from now on are held back and judged; else they are handed on as they come.
    var isJudging = true
    /// The group that the last packet which was no leading picture belongs to.
    private var current = Run.dealt
    /// The group before, while leading pictures of the current one may belong to it.
    private var former: Run?
    /// That group has got the picture that it needs of the current one.
    private var hasForeign = false
    private let decoder: KeyDecoder
    /// Ticks of a second, and those that a group may last to be judged.
    private let second: Int64
    private let longest: Int64
    private let coding: Coding
    /// Ticks from one key frame to the next, the longest so far.
    private var longestDistance: Int64 = 0

    /// The group that runs has been dealt out: whoever made the scout began it.
    ///
    /// - Parameters:
    ///   - decoder: decodes key frames.
    ///   - second: ticks of a second.
    ///   - longest: ticks that a group may last to be judged.
    ///   - coding: what packets say.
    init(_ decoder: KeyDecoder, second: Int64, longest: Int64, coding: Coding) {
        (self.decoder, self.second, self.longest, self.coding) = (decoder, second, longest, coding)
    }

    /// Takes the next packet in the order of decoding.
    mutating func push(_ packet: Packet, _ place: GroupSplitter.Place) -> [Deal] {
        var deals: [Deal] = []
        if place != .leading { deals += closeFormer() }
        switch place {
        case .current:
            deals += Self.add(packet, to: &current)
            if isTooLong(packet), case .held(let held) = current {
                deals.append(.open(held.packets, tail: nil))
                current = .dealt
            }
        case .start:
            var next = Held(packet)
            deals += close(current, before: &next)
            current = .held(next)
        case .openStart:
            former = current
            current = .held(Held(packet))
        case .leading:
            guard var run = former, case .held(let next) = current else { return deals }
            // The group before needs the picture that opened this one, once.
            if let opening = next.packets.first, !hasForeign {
                hasForeign = true
                if let foreign = Packet(foreign: opening) { deals += Self.add(foreign, to: &run) }
            }
            deals += Self.add(packet, to: &run)
            former = run
        }
        if !isJudging, former == nil, case .held(let held) = current {
            deals.append(.open(held.packets, tail: nil))
            current = .dealt
        }
        return deals
    }

    /// Nothing is held back, and nothing will be: whoever deals packets out may go on without.
    var isIdle: Bool {
        guard !isJudging, former == nil, case .dealt = current else { return false }
        return true
    }

    /// No more packets will come.
    mutating func finish() -> [Deal] {
        var deals = closeFormer()
        if case .held(let held) = current { deals.append(.open(held.packets, tail: nil)) }
        deals.append(.close)
        current = .dealt
        return deals
    }

    private static func add(_ packet: Packet, to run: inout Run) -> [Deal] {
        guard case .held(var held) = run else { return [.add(packet)] }
        run = .dealt
        held.packets.append(packet)
        held.bytes += packet.byteCount
        run = .held(held)
        return []
    }

    private func isTooLong(_ packet: Packet) -> Bool {
        guard case .held(let held) = current else { return false }
        if held.packets.count >= Self.mostPackets || held.bytes >= Self.mostBytes { return true }
        // Without a time stamp nothing is a group any more.
        guard let first = held.packets[0].stamp, let stamp = packet.stamp else { return true }
        return stamp - first > longest
    }

    private mutating func closeFormer() -> [Deal] {
        guard let run = former else { return [] }
        (former, hasForeign) = (nil, false)
        guard case .held(var next) = current else { return close(run) }
        defer { current = .held(next) }
        return close(run, before: &next)
    }

    private func close(_ run: Run) -> [Deal] {
        switch run {
        case .dealt: [.close]
        case .held(let held): [.open(held.packets, tail: nil), .close]
        }
    }

    /// `next`: the group behind.
    private mutating func close(_ run: Run, before next: inout Held) -> [Deal] {
        guard case .held(let held) = run else { return close(run) }
        let own = held.packets.filter { !$0.isForeign }
        guard !own.contains(where: { $0.isHidden || $0.isCorrupt || $0.stamp == nil }),
            // Behind a clock that was set back, nothing lies between the two.
            let start = next.packets[0].stamp, own.allSatisfy({ $0.stamp.map { $0 < start } ?? false })
        else { return close(run) }
        if coding == .intra || own.allSatisfy({ $0.facts.start != .none }) {
            guard let behind = opening(of: &next),
                let keys = KeyFrameSearch.keys(
                    sizes: own.map(\.byteCount) + [next.packets[0].byteCount], opening: held.opening ?? nil,
                    behind: behind, decode: { [decoder] in decoder.key(of: own[$0]) },
                    difference: { $0.sketch.distance(to: $1.sketch) }),
                let filled = fill(own, with: keys, before: behind)
            else { return close(run) }
            return [.fill(filled)]
        }
        let isIrregular = opensIrregularly(next.packets[0], behind: own)
        let even = GroupJudge.evenStart(of: own.map(cost))
        let endsEarly = coding == .predicted
        guard own.count - even >= (even == 0 || endsEarly ? GroupTail.fewest : .max),
            let behind = opening(of: &next)
        else { return close(run) }
        if even == 0, let keys = keys(of: own, opening: held.opening, before: behind),
            !isIrregular || keys.last.map({ isSame($0, behind) }) ?? false,
            let filled = fill(own, with: keys, before: behind)
        {
            return [.fill(filled)]
        }
        let tail =
            endsEarly
            ? GroupTail(own, from: even, next: behind, isIrregular: isIrregular, second: second) : nil
        return [.open(held.packets, tail: tail), .close]
    }

    /// The group's key frames, if all show what the one behind it does. `opening`: the first, if that has
    /// been decoded.
    private func keys(
        of packets: [Packet], opening: KeyDecoder.Key??, before behind: KeyDecoder.Key
    ) -> [KeyDecoder.Key]? {
        var keys: [KeyDecoder.Key] = []
        for (index, packet) in packets.enumerated() where index == 0 || packet.facts.start != .none {
            let decoded = index == 0 ? opening ?? decoder.key(of: packet) : decoder.key(of: packet)
            guard let key = decoded, keys.last.map({ isAlike($0, key) }) ?? true else { return nil }
            keys.append(key)
        }
        return keys.last.map { isAlike($0, behind) } ?? false ? keys : nil
    }

    /// nil if time stamps are not in order.
    private func fill(
        _ packets: [Packet], with keys: [KeyDecoder.Key], before behind: KeyDecoder.Key
    ) -> FilledGroup? {
        guard zip(keys, keys.dropFirst()).allSatisfy({ $0.stamp < $1.stamp }) else { return nil }
        let decoded = Set(keys.map(\.stamp))
        let places = FilledGroup.places(of: packets.filter { $0.stamp.map { !decoded.contains($0) } ?? true })
        let stamps = (places.map(\.stamp) + keys.map(\.stamp)).sorted()
        guard stamps[0] == keys[0].stamp, stamps[stamps.count - 1] < behind.stamp,
            zip(stamps, stamps.dropFirst()).allSatisfy(<)
        else { return nil }
        return FilledGroup(
            keys: keys.map(\.picture), next: behind.picture, places: places,
            cues: FilledGroup.cues(of: packets), second: second)
    }

    private func cost(of packet: Packet) -> GroupJudge.Cost {
        let kind: GroupJudge.Cost.Kind =
            switch coding {
            case _ where packet.facts.start != .none: .key
            case .intra: .key
            case .hierarchical: .either
            case .predicted where packet.facts.isDisposable || packet.facts.isMiddle: .bidirectional
            case .predicted: .reference
            }
        return GroupJudge.Cost(kind, packet.byteCount)
    }

    /// Whether an encoder that looks for cuts put the key frame `packet` where it is: sooner behind the last
    /// one of `group` than others.
    private mutating func opensIrregularly(_ packet: Packet, behind group: [Packet]) -> Bool {
        guard let last = group.last(where: { $0.facts.start != .none })?.stamp, let stamp = packet.stamp
        else {
            return false
        }
        longestDistance = max(longestDistance, stamp - last)
        return Double(stamp - last) < GroupJudge.leastRegularity * Double(longestDistance)
    }

    private func isSame(_ left: KeyDecoder.Key, _ right: KeyDecoder.Key) -> Bool {
        guard let left = left.picture.analysis, let right = right.picture.analysis else { return false }
        return PictureSkipper.distance(left, right) < GroupJudge.mostDifference
    }

    private func isAlike(_ left: KeyDecoder.Key, _ right: KeyDecoder.Key) -> Bool {
        left.sketch.distance(to: right.sketch) < GroupJudge.mostChange
    }

    private func opening(of held: inout Held) -> KeyDecoder.Key? {
        if let known = held.opening { return known }
        let key = decoder.key(of: held.packets[0])
        held.opening = .some(key)
        return key
    }
}
