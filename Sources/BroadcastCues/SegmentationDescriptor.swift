/// What begins or ends at the time of its section (ANSI/SCTE 35, section 10.3.3).
package struct SegmentationDescriptor: Hashable, Sendable {
    package var eventID: UInt32
    /// nil: the event is cancelled.
    package var segment: Segment?

    package struct Segment: Hashable, Sendable {
        /// nil: nothing is restricted.
        package var restrictions: Restrictions?
        /// Streams that it is for; empty: all of the program.
        package var components: [Component]
        /// 40 bits of ticks of 1/90000 s; nil: unknown.
        package var duration: UInt64?
        package var upids: [UPID]
        package var type: SegmentationType
        package var number: Int
        package var expected: Int
        /// nil where it is left out.
        package var subSegment: SubSegment?
    }

    /// A part, and how many there are.
    package struct SubSegment: Hashable, Sendable {
        package var number: Int
        package var expected: Int
    }

    package struct Restrictions: Hashable, Sendable {
        package var allowsWeb: Bool
        package var hasNoRegionalBlackout: Bool
        package var allowsArchive: Bool
        /// Group of devices, 0 to 2; 3: none.
        package var devices: Int
    }

    package struct Component: Hashable, Sendable {
        package var tag: Int
        /// Ticks to be added to the section's time.
        package var offset: UInt64
    }

    init(_ reader: inout FieldReader) throws(SpliceError) {
        let event = try reader.event()
        eventID = event.id
        guard !event.isCancelled else { return }
        let isWhole = try reader.flag()
        let hasDuration = try reader.flag()
        let isFree = try reader.flag()
        var restrictions: Restrictions?
        if isFree {
            try reader.skip(5)
        } else {
            restrictions = Restrictions(
                allowsWeb: try reader.flag(), hasNoRegionalBlackout: try reader.flag(),
                allowsArchive: try reader.flag(), devices: try reader.number(2))
        }
        var components: [Component] = []
        if !isWhole {
            for _ in 0..<(try reader.number(8)) {
                let tag = try reader.number(8)
                try reader.skip(7)
                components.append(Component(tag: tag, offset: try reader.bits(33)))
            }
        }
        let duration = hasDuration ? try reader.bits(40) : nil
        let upidType = try reader.number(8)
        let upidLength = try reader.number(8)
        let upids = UPID.list(type: upidType, try reader.slice(upidLength))
        var segment = Segment(
            restrictions: restrictions, components: components, duration: duration, upids: upids,
            type: SegmentationType(number: try reader.number(8)), number: try reader.number(8),
            expected: try reader.number(8), subSegment: nil)
        // Only some types have them, and old encoders leave them out.
        if segment.type.hasParts, reader.rest.count >= 2 {
            segment.subSegment = SubSegment(
                number: try reader.number(8), expected: try reader.number(8))
        }
        self.segment = segment
    }
}
