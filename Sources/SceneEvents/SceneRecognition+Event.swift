internal import JSONText
internal import Timeline

/// The field `seen` of a scene.
extension SceneRecognition {
    /// As a JSON value.
    var json: String {
        let sightings: Sightings?
        switch self {
        case .unknown: return "null"
        case .new: sightings = nil
        case .seen(let some): sightings = some
        }
        var line = JSONLine()
        line.field("times", sightings?.count ?? 0)
        line.field("best", raw: sightings?.best.json ?? "null")
        line.field("last", raw: sightings?.last.json ?? "null")
        return line.object
    }

    init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        let count: Int = try fields.get("times")
        let best = try fields.find("best", Sighting.init(event:))
        let last = try fields.find("last", Sighting.init(event:))
        switch (best, last) {
        case (let best?, let last?) where count > 0:
            self = .seen(Sightings(count: count, best: best, last: last))
        case (nil, nil) where count == 0: self = .new
        default: throw .field(path: "times", problem: "does not go with best and last")
        }
    }
}

extension SceneRecognition.Sighting {
    fileprivate var json: String {
        var line = JSONLine()
        line.field("score", score)
        line.field("recording", recording)
        line.field("scene", scene)
        line.field("start", microseconds: start)
        line.field("end", microseconds: end)
        line.field("aired", aired)
        return line.object
    }

    fileprivate init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        let (start, end): (EventSeconds, EventSeconds) = (try fields.get("start"), try fields.get("end"))
        self.init(
            score: try fields.get("score"), recording: try fields.find("recording"),
            scene: try fields.get("scene"), start: start.microseconds, end: end.microseconds,
            aired: try fields.find("aired"))
    }
}
