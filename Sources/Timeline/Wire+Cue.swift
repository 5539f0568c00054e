// How cues stand in bytes.

extension WireWriter {
    package mutating func put(_ cue: Cue) {
        put(cue.at)
        put(cue.received)
        put(Int64(cue.ordinal))
        put(cue.message)
    }

    private mutating func put(_ message: CueMessage) {
        put(choice: message.kind)
        put(optional: message.eventID) { $0.put(Int64($1)) }
        put(optional: message.direction) { $0.put(choice: $1) }
        put(optional: message.duration) { $0.put($1) }
        put(optional: message.returnsItself) { $0.put($1) }
        put(message.isImmediate)
        put(message.isCancelled)
        put(optional: message.segmentation) { writer, segmentation in
            writer.put(Int64(segmentation.type))
            writer.put(optional: segmentation.name) { $0.put($1) }
            writer.put(Int64(segmentation.number))
            writer.put(Int64(segmentation.expected))
            writer.put(list: segmentation.upids) { writer, upid in
                writer.put(Int64(upid.type))
                writer.put(optional: upid.text) { $0.put($1) }
                writer.put(upid.hexadecimal)
            }
        }
        put(optional: message.title) { $0.put($1) }
    }
}

extension WireReader {
    /// Longest text of a cue, in bytes: a title, or an identifier in hexadecimal digits.
    private static let longestCueText = 4096

    package mutating func cue() throws(WireError) -> Cue {
        Cue(
            at: try instant(), received: try instant(), ordinal: Int(try count()),
            message: try cueMessage())
    }

    private mutating func cueMessage() throws(WireError) -> CueMessage {
        var message = CueMessage(kind: try choice())
        message.eventID = try optional { reader throws(WireError) in Int(try reader.count()) }
        message.direction = try optional { reader throws(WireError) in try reader.choice() }
        message.duration = try optional { reader throws(WireError) in try reader.count() }
        message.returnsItself = try optional { reader throws(WireError) in try reader.bool() }
        message.isImmediate = try bool()
        message.isCancelled = try bool()
        message.segmentation = try optional { reader throws(WireError) in
            let type = Int(try reader.count())
            let name = try reader.optional { reader throws(WireError) in
                try reader.text(limit: Self.longestCueText)
            }
            return CueSegmentation(
                type: type, name: name, number: Int(try reader.count()), expected: Int(try reader.count()),
                upids: try reader.list(limit: 256) { reader throws(WireError) in
                    CueIdentifier(
                        type: Int(try reader.count()),
                        text: try reader.optional { reader throws(WireError) in
                            try reader.text(limit: Self.longestCueText)
                        }, hexadecimal: try reader.text(limit: Self.longestCueText))
                })
        }
        message.title = try optional { reader throws(WireError) in
            try reader.text(limit: Self.longestCueText)
        }
        return message
    }
}
