/// A message about the program that came with the stream: where something begins or ends, as whoever made
/// the stream says it (contract 19). No decision of scened.
package struct Cue: Hashable, Sendable {
    /// The instant that the message names, which may lie ahead; without frame and timecode unless it is
    /// `received`. Never before the first picture.
    package var at: Instant
    /// The picture in front of which the message stood in the stream, or the end of the last one.
    package var received: Instant
    /// Position among the messages in front of the same picture, from 0.
    package var ordinal: Int
    package var message: CueMessage

    package init(at: Instant, received: Instant, ordinal: Int = 0, message: CueMessage) {
        self.at = at
        self.received = received
        self.ordinal = ordinal
        self.message = message
    }
}

/// What a cue says beside its instant.
package struct CueMessage: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A `splice_insert` of SCTE-35: the stream may be left, or is returned to.
        case spliceInsert = "splice_insert"
        /// A `time_signal` of SCTE-35.
        case timeSignal = "time_signal"
        /// A chapter of the container begins.
        case chapter
    }

    /// Which way the program goes at the instant.
    package enum Direction: String, Hashable, Sendable, CaseIterable {
        /// Away from it: a break begins.
        case out
        /// Back to it.
        case `in`
    }

    package var kind: Kind
    /// The number by which later messages refer to this one; nil if there is none.
    package var eventID: Int?
    /// nil where the message does not say.
    package var direction: Direction?
    /// Ticks that what begins is announced to last; nil if unknown.
    package var duration: Int64?
    /// The return after `duration` needs no message of its own; nil where there is no break.
    package var returnsItself: Bool?
    /// The message names no time: it means the next picture.
    package var isImmediate = false
    /// An earlier message with the same number no longer holds.
    package var isCancelled = false
    package var segmentation: CueSegmentation?
    /// Of a chapter; nil if it has none.
    package var title: String?

    package init(kind: Kind, eventID: Int? = nil) {
        self.kind = kind
        self.eventID = eventID
    }
}

/// A segmentation descriptor (ANSI/SCTE 35, section 10.3.3): what begins or ends.
package struct CueSegmentation: Hashable, Sendable {
    /// `segmentation_type_id`.
    package var type: Int
    /// The type in words; nil if the standard, as known here, has none.
    package var name: String?
    /// Which of how many.
    package var number: Int
    package var expected: Int
    package var upids: [CueIdentifier]

    package init(type: Int, name: String?, number: Int, expected: Int, upids: [CueIdentifier] = []) {
        self.type = type
        self.name = name
        self.number = number
        self.expected = expected
        self.upids = upids
    }
}

/// What is to be seen, in somebody's numbering (a UPID).
package struct CueIdentifier: Hashable, Sendable {
    /// `segmentation_upid_type`.
    package var type: Int
    /// As people write it; nil where the bytes are no text.
    package var text: String?
    /// Lowercase.
    package var hexadecimal: String

    package init(type: Int, text: String?, hexadecimal: String) {
        self.type = type
        self.text = text
        self.hexadecimal = hexadecimal
    }
}
