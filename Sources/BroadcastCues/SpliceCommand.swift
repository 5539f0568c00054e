/// The command of a section (ANSI/SCTE 35, section 9.7). Times are as they stand there: 33 bits of ticks of
/// 1/90000 s, `adjustment` not added.
package enum SpliceCommand: Hashable, Sendable {
    /// A sign of life.
    case null
    /// Breaks of later, by the time of day.
    case schedule([ScheduledSplice])
    case insert(SpliceInsert)
    /// nil: at once.
    case timeSignal(UInt64?)
    /// Fills bandwidth.
    case bandwidthReservation
    /// Somebody's own, by four letters as a number.
    case privateCommand(identifier: UInt32, [UInt8])
    /// Of another version.
    case unknown(type: Int)

    /// Reads what stands behind the type.
    init(type: Int, _ reader: inout FieldReader) throws(SpliceError) {
        switch type {
        case 0x00: self = .null
        case 0x04:
            var splices: [ScheduledSplice] = []
            for _ in 0..<(try reader.number(8)) { splices.append(try ScheduledSplice(&reader)) }
            self = .schedule(splices)
        case 0x05: self = .insert(try SpliceInsert(&reader))
        case 0x06: self = .timeSignal(try Self.time(&reader))
        case 0x07: self = .bandwidthReservation
        case 0xff:
            let identifier = UInt32(try reader.bits(32))
            self = .privateCommand(identifier: identifier, Array(reader.rest))
        default: self = .unknown(type: type)
        }
    }

    /// A `splice_time`; nil: at once.
    static func time(_ reader: inout FieldReader) throws(SpliceError) -> UInt64? {
        guard try reader.flag() else {
            try reader.skip(7)
            return nil
        }
        try reader.skip(6)
        return try reader.bits(33)
    }
}

/// How long a break lasts (section 9.8.2).
package struct BreakDuration: Hashable, Sendable {
    package var returnsItself: Bool
    /// 33 bits of ticks of 1/90000 s.
    package var ticks: UInt64

    init(_ reader: inout FieldReader) throws(SpliceError) {
        returnsItself = try reader.flag()
        try reader.skip(6)
        ticks = try reader.bits(33)
    }
}

/// A place where the stream may be left, or is returned to (section 9.7.3).
package struct SpliceInsert: Hashable, Sendable {
    package var eventID: UInt32
    /// nil: the event is cancelled.
    package var splice: Splice?

    package struct Splice: Hashable, Sendable {
        package var isOut: Bool
        package var isImmediate: Bool
        /// Of the whole program, or of the component that comes first; nil: at once.
        package var time: UInt64?
        /// Tags of the streams that it is for, each with its time; empty: all of the program.
        package var components: [Component]
        package var duration: BreakDuration?
        package var programID: Int
        package var avail: Int
        package var availsExpected: Int
    }

    package struct Component: Hashable, Sendable {
        package var tag: Int
        package var time: UInt64?
    }

    init(_ reader: inout FieldReader) throws(SpliceError) {
        let event = try reader.event()
        eventID = event.id
        guard !event.isCancelled else { return }
        let isOut = try reader.flag()
        let isWhole = try reader.flag()
        let hasDuration = try reader.flag()
        let isImmediate = try reader.flag()
        try reader.skip(4)
        var time: UInt64?
        var components: [Component] = []
        if isWhole {
            if !isImmediate { time = try SpliceCommand.time(&reader) }
        } else {
            for _ in 0..<(try reader.number(8)) {
                let tag = try reader.number(8)
                components.append(
                    Component(tag: tag, time: isImmediate ? nil : try SpliceCommand.time(&reader)))
            }
            time = components.compactMap(\.time).first
        }
        splice = Splice(
            isOut: isOut, isImmediate: isImmediate, time: time, components: components,
            duration: hasDuration ? try BreakDuration(&reader) : nil, programID: try reader.number(16),
            avail: try reader.number(8), availsExpected: try reader.number(8))
    }
}

/// A break that is announced by the time of day (section 9.7.2).
package struct ScheduledSplice: Hashable, Sendable {
    package var eventID: UInt32
    /// nil: the event is cancelled.
    package var splice: Splice?

    package struct Splice: Hashable, Sendable {
        package var isOut: Bool
        /// Seconds since 1980-01-06 00:00:00 UTC, of the program or of the component that comes first; nil:
        /// there are no components.
        package var time: UInt32?
        package var duration: BreakDuration?
        package var programID: Int
        package var avail: Int
        package var availsExpected: Int
    }

    init(_ reader: inout FieldReader) throws(SpliceError) {
        let event = try reader.event()
        eventID = event.id
        guard !event.isCancelled else { return }
        let isOut = try reader.flag()
        let isWhole = try reader.flag()
        let hasDuration = try reader.flag()
        try reader.skip(5)
        var times: [UInt32] = []
        if isWhole {
            times.append(UInt32(try reader.bits(32)))
        } else {
            for _ in 0..<(try reader.number(8)) {
                try reader.skip(8)
                times.append(UInt32(try reader.bits(32)))
            }
        }
        splice = Splice(
            isOut: isOut, time: times.first, duration: hasDuration ? try BreakDuration(&reader) : nil,
            programID: try reader.number(16), avail: try reader.number(8),
            availsExpected: try reader.number(8))
    }
}
