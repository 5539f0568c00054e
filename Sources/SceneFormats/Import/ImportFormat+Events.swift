internal import SceneEvents
internal import TextFiles
internal import Timeline

extension ImportFormat {
    /// The `shot` events of scened.
    static let events = ImportFormat(
        name: "events", remedy: "give the JSON lines that scened writes",
        recognizes: { file in
            (try? EventFields(line: Array(file.beginning.utf8)[...]))?.has("type") ?? false
        }, read: readEvents)

    /// What a `shot` event says of its beginning.
    private struct Shot {
        var start: EventPlace
        var mixed: (first: EventPlace, last: EventPlace)?
        var kind: String
        var score: Score?

        init(_ fields: EventFields) throws(EventError) {
            start = try fields.get("start")
            let transition = try fields.get("transition", EventFields.init)
            kind = try transition.get("kind")
            score = try transition.find("score")
            mixed = try transition.find("range") { value throws(EventError) in
                let range = try EventFields(value)
                return (try range.get("first"), try range.get("last"))
            }
        }
    }

    /// The shots of an event stream that something came before. Lines of other events may be left out of it.
    private static func readEvents(_ file: TextFile) throws(TextFileError) -> CutList {
        var (shots, pictureCount) = ([Shot](), Int?.none)
        try file.eachEvent { _, fields throws(EventError) in
            switch EventKind(rawValue: try fields.find("type") ?? "") {
            case .shot: shots.append(try Shot(fields))
            case .streamEnd:
                pictureCount = try fields.find("counts", EventFields.init)?.find("pictures")
            default: break
            }
        }
        guard !shots.isEmpty else {
            throw file.malformed("holds no shot events", remedy: "give the complete events of a run")
        }
        // Frames are lost after a loss of pictures; then every shot is read by its time.
        let hasFrames = shots.allSatisfy { $0.start.frame != nil }
        func position(_ place: EventPlace) -> FilmPosition {
            if hasFrames, let frame = place.frame { return .frame(Int64(frame)) }
            return .seconds(place.t.seconds)
        }
        let entries = shots.filter { $0.kind != TransitionKind.start.rawValue }.map { shot in
            CutList.Entry(
                at: position(shot.start),
                mixed: shot.mixed.map { .init(first: position($0.first), last: position($0.last)) },
                kind: TransitionKind(rawValue: shot.kind), score: shot.score)
        }
        return CutList(entries: entries, pictureCount: pictureCount.map(Int64.init))
    }
}
