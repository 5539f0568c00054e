internal import JSONText
internal import Timeline

extension EventWriter {
    /// Several messages may stand in front of the same picture: those behind the first have a number more.
    func identity(of cue: Cue) -> String {
        let first = identity(.cue, cue.received.pts)
        return cue.ordinal == 0 ? first : "\(first)/\(cue.ordinal)"
    }

    func write(_ cue: Cue, to line: inout JSONLine) {
        guard let clock else { preconditionFailure("an event stands before stream_start") }
        let message = cue.message
        line.field("at", raw: json(cue.at))
        line.field("received", raw: json(cue.received))
        line.field("kind", message.kind.rawValue)
        line.field("event_id", optional: message.eventID)
        line.field("direction", message.direction?.rawValue)
        line.field("duration", microseconds: message.duration.map { clock.timeBase.microseconds($0) })
        line.field("auto_return", raw: message.returnsItself.map { $0 ? "true" : "false" } ?? "null")
        line.field("immediate", message.isImmediate)
        line.field("cancelled", message.isCancelled)
        line.field("segmentation", raw: message.segmentation.map(json) ?? "null")
        line.field("title", message.title)
    }

    private func json(_ segmentation: CueSegmentation) -> String {
        var object = JSONLine()
        object.field("type_id", segmentation.type)
        object.field("type", segmentation.name)
        object.field("number", segmentation.number)
        object.field("expected", segmentation.expected)
        let upids = segmentation.upids.map { upid in
            var object = JSONLine()
            object.field("type", upid.type)
            object.field("text", upid.text)
            object.field("hex", upid.hexadecimal)
            return object.object
        }
        object.field("upids", list: upids)
        return object.object
    }
}
