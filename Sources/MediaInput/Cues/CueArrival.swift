internal import BroadcastCues
package import Timeline

/// A cue before it has its place on the timeline.
package struct CueArrival: Hashable, Sendable {
    /// The time that it names, on the clock of the pictures; nil: that of the picture in front of which it
    /// stands.
    package var stamp: Int64?
    package var message: CueMessage

    package init(stamp: Int64?, message: CueMessage) {
        self.stamp = stamp
        self.message = message
    }

    /// Cues that one message may give: usual ones have one or two, a hostile section holds hundreds.
    private static let mostOfMessage = 16

    /// What a section tells: a `splice_insert`, and each segmentation descriptor. Empty where it has no place
    /// on the timeline: signs of life, breaks by the time of day, private commands, and what is encrypted.
    /// `near` is a presentation time close by, unwrapped: of the times with the same 33 bits the nearest
    /// counts.
    static func arrivals(of section: SpliceSection, near: Int64?) -> [CueArrival] {
        guard case .clear(let command, let descriptors) = section.content else { return [] }
        var arrivals: [CueArrival] = []
        let kind: CueMessage.Kind
        let time: UInt64?
        switch command {
        case .insert(let insert):
            kind = .spliceInsert
            time = insert.splice?.time
            arrivals.append(CueArrival(stamp: nil, message: CueMessage(insert)))
        case .timeSignal(let named):
            kind = .timeSignal
            time = named
        default: return []
        }
        for case .segmentation(let descriptor) in descriptors {
            arrivals.append(CueArrival(stamp: nil, message: CueMessage(kind, descriptor)))
        }
        if arrivals.isEmpty { arrivals.append(CueArrival(stamp: nil, message: CueMessage(kind: kind))) }
        let stamp = time.flatMap { time in
            near.map { near in
                TimestampUnwrapper.nearest(
                    Int64((time &+ section.adjustment) & 0x1_ffff_ffff), to: near, bits: 33)
            }
        }
        return arrivals.prefix(mostOfMessage).map { arrival in
            var arrival = arrival
            // What is cancelled has no time of its own.
            if !arrival.message.isCancelled { arrival.stamp = stamp }
            arrival.message.isImmediate = stamp == nil && !arrival.message.isCancelled
            return arrival
        }
    }

    func scaled(_ scale: TickScale) -> CueArrival {
        var arrival = self
        arrival.stamp = stamp.map { scale($0) }
        arrival.message.duration = message.duration.map { scale($0) }
        return arrival
    }
}

extension CueMessage {
    fileprivate init(_ insert: SpliceInsert) {
        self.init(kind: .spliceInsert, eventID: Int(insert.eventID))
        guard let splice = insert.splice else {
            isCancelled = true
            return
        }
        direction = splice.isOut ? .out : .in
        duration = splice.duration.map { Int64($0.ticks) }
        returnsItself = splice.duration?.returnsItself
    }

    fileprivate init(_ kind: Kind, _ descriptor: SegmentationDescriptor) {
        self.init(kind: kind, eventID: Int(descriptor.eventID))
        guard let segment = descriptor.segment else {
            isCancelled = true
            return
        }
        direction =
            switch segment.type.direction {
            case .out: .out
            case .back: .in
            case nil: nil
            }
        duration = segment.duration.map { Int64($0) }
        segmentation = CueSegmentation(
            type: segment.type.number, name: segment.type.name, number: segment.number,
            expected: segment.expected,
            upids: segment.upids.map {
                CueIdentifier(type: $0.type, text: $0.text, hexadecimal: $0.hexadecimal)
            })
    }
}
