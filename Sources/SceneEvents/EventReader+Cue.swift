internal import JSONText
internal import Timeline

extension EventReader {
    func cue(_ fields: EventFields) throws(EventError) -> Cue {
        guard let clock else { throw .beforeStart }
        var message = CueMessage(kind: try fields.get("kind"), eventID: try fields.find("event_id"))
        message.direction = try fields.find("direction")
        message.duration = (try fields.find("duration") as EventSeconds?).map {
            clock.timeBase.ticks(microseconds: $0.microseconds)
        }
        message.returnsItself = try fields.find("auto_return")
        message.isImmediate = try fields.get("immediate")
        message.isCancelled = try fields.get("cancelled")
        message.segmentation = try fields.find("segmentation", segmentation)
        message.title = try fields.find("title")
        let identity: String = try fields.get("id")
        // cue/timeline/pts, or cue/timeline/pts/ordinal.
        let words = identity.split(separator: "/", omittingEmptySubsequences: false)
        let ordinal = words.count == 4 ? Int(words[3]) : 0
        guard let ordinal, 0...Int(EventLimits.largestCount) ~= ordinal else {
            throw .field(path: "id", problem: "does not end with a number")
        }
        return Cue(
            at: try fields.get("at", instant), received: try fields.get("received", instant),
            ordinal: ordinal, message: message)
    }

    private func segmentation(_ value: JSONValue) throws(EventError) -> CueSegmentation {
        let fields = try EventFields(value)
        return CueSegmentation(
            type: try fields.get("type_id"), name: try fields.find("type"),
            number: try fields.get("number"), expected: try fields.get("expected"),
            upids: try fields.get("upids") { value throws(EventError) in
                try value.list { element throws(EventError) in
                    let fields = try EventFields(element)
                    return CueIdentifier(
                        type: try fields.get("type"), text: try fields.find("text"),
                        hexadecimal: try fields.get("hex"))
                }
            })
    }
}
