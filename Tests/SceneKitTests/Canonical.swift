import Foundation
import SceneKit

/// An event as one line of text, whether it comes from the library or from the program: equal lines, equal
/// events.
enum Canonical {
    // MARK: Of the library

    static func line(_ event: SceneEvent) -> String {
        switch event {
        case .shot(let shot):
            let parts = shot.parts.map { part in
                "\(part.index) \(time(part.start)) \(time(part.end)) [\(part.keyFrames.map(time).joined())]"
            }
            return "shot \(shot.index) \(time(shot.start)) \(time(shot.end)) \(transition(shot.transition)) "
                + parts.joined(separator: ",")
        case .score(let score):
            return "score \(score.part) \(score.shot) \(time(score.at)) \(score.kind.rawValue) \(score.score)"
        case .boundary(let boundary):
            return "boundary \(time(boundary.at)) \(boundary.kind.rawValue) \(boundary.state.rawValue) "
                + "\(boundary.revision) \(boundary.score) \(boundary.threshold) "
                + "\(boundary.transition.map(transition) ?? "-") \(boundary.leftShot) \(boundary.rightShot) "
                + "\(boundary.rightParts) \(boundary.isComplete) \(boundary.delay)"
        case .scene(let scene):
            return "scene \(scene.index) \(time(scene.start)) \(time(scene.end)) \(scene.endReason.rawValue) "
                + "\(scene.score.map { "\($0)" } ?? "-") \(scene.firstShot) \(scene.lastShot)"
        case .gap(let gap): return "gap \(time(gap.start)) \(time(gap.end)) \(gap.reason.rawValue)"
        case .watermark(let at): return "watermark \(time(at))"
        case .formatChange(let change):
            return "change \(time(change.at)) \(change.codec) \(change.width) \(change.height)"
        case .end(let end):
            let reason =
                switch end.reason {
                case .complete: "end"
                case .damaged: "damaged"
                case .cancelled: "interrupted"
                }
            return "end \(time(end.at)) \(reason) \(end.pictures) \(end.damagedPictures) \(end.shots) "
                + "\(end.boundaries) \(end.scenes) \(end.gaps)"
        }
    }

    private static func time(_ time: MediaTime) -> String {
        "(\(time.ticks) \(time.seconds) \(time.picture.map { "\($0)" } ?? "-"))"
    }

    private static func transition(_ transition: Transition) -> String {
        let mixed = transition.mixed.map { time($0.lowerBound) + time($0.upperBound) } ?? "-"
        return "\(transition.kind.rawValue) \(mixed) \(transition.score)"
    }

    // MARK: Of the program

    /// nil for `stream_start`, of which the library has properties instead.
    static func line(json: String) throws -> String? {
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return line(fields: object as? [String: Any] ?? [:])
    }

    private static func line(fields: [String: Any]) -> String? {
        func time(_ name: String) -> String { Self.time(fields[name]) }
        func text(_ name: String) -> String { fields[name] as? String ?? "?" }
        func number(_ name: String) -> String { Self.number(fields[name]) }
        func whole(_ name: String, _ place: String? = nil) -> String {
            let all = place.flatMap { fields[$0] as? [String: Any] } ?? fields
            return "\(all[name] as? Int ?? -1)"
        }
        switch fields["type"] as? String {
        case "stream_start": return nil
        case "shot":
            let parts = (fields["parts"] as? [[String: Any]] ?? []).map { part in
                let frames = (part["key_frames"] as? [Any] ?? []).map(Self.time).joined()
                return "\(part["index"] as? Int ?? -1) \(Self.time(part["start"])) \(Self.time(part["end"])) "
                    + "[\(frames)]"
            }
            return "shot \(whole("index")) \(time("start")) \(time("end")) "
                + "\(transition(fields["transition"])) \(parts.joined(separator: ","))"
        case "score":
            return "score \(whole("part")) \(whole("shot")) \(time("at")) \(text("kind")) \(number("score"))"
        case "boundary":
            let isComplete = fields["complete"] as? Bool ?? false
            return "boundary \(time("at")) \(text("kind")) \(text("state")) \(whole("rev")) "
                + "\(number("score")) \(number("threshold")) \(transition(fields["transition"])) "
                + "\(whole("left_shot")) \(whole("right_shot")) \(whole("right_shots")) \(isComplete) "
                + number("delay")
        case "scene":
            return "scene \(whole("index")) \(time("start")) \(time("end")) \(text("end_reason")) "
                + "\(number("score")) \(whole("first_shot")) \(whole("last_shot"))"
        case "gap": return "gap \(time("start")) \(time("end")) \(text("reason"))"
        case "watermark": return "watermark \(time("at"))"
        case "stream_change":
            return "change \(time("at")) \(text("codec")) \(whole("width")) \(whole("height"))"
        case "stream_end":
            let names = ["pictures", "damaged_pictures", "shots", "boundaries", "scenes", "gaps"]
            return "end \(time("at")) \(text("reason")) "
                + names.map { whole($0, "counts") }.joined(separator: " ")
        default: return "unknown \(fields)"
        }
    }

    private static func number(_ value: Any?) -> String { (value as? Double).map { "\($0)" } ?? "-" }

    private static func time(_ value: Any?) -> String {
        guard let fields = value as? [String: Any] else { return "?" }
        return "(\(fields["pts"] as? Int64 ?? -1) \(number(fields["t"])) "
            + "\((fields["frame"] as? Int).map { "\($0)" } ?? "-"))"
    }

    private static func transition(_ value: Any?) -> String {
        guard let fields = value as? [String: Any] else { return "-" }
        let range = fields["range"] as? [String: Any]
        let mixed = range.map { time($0["first"]) + time($0["last"]) } ?? "-"
        return "\(fields["kind"] as? String ?? "?") \(mixed) \(number(fields["score"]))"
    }
}
