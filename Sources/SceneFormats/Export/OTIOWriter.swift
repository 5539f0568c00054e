import JSONText
import SceneEvents
import Timeline

extension ExportFormat {
    package static let otio = ExportFormat(
        name: "otio", suffix: ".otio", summary: "OpenTimelineIO, for Resolve, Hiero, Blender, LosslessCut",
        options: [.title, .label, .of, .gaps, .media, .startTimecode, .rate], OTIOWriter())
}

/// A timeline of OpenTimelineIO (`Timeline.1`, `Clip.2`, `Marker.2`): one video track, one clip per entry
/// with a marker at its start, gaps between. Times are whole frames at the exact rate. What else is known of
/// an entry stands in its metadata under `scened`.
struct OTIOWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        let grid = try FrameGrid(list, format: "otio")
        let film = media(grid, list)
        var (children, place) = ([String](), Int64(0))
        for entry in list.entries {
            try list.checkStart(of: entry, format: "otio")
            let frames = grid.range(entry)
            let start = max(frames.lowerBound, place)
            if start > place {
                children.append(
                    item("Gap.1", name: "", source: range(0, start - place, grid)) { _ in })
            }
            let end = max(frames.upperBound, start + 1)
            children.append(clip(entry, start..<end, grid, media: film))
            place = end
        }
        let track = item("Track.1", name: "Scenes", source: "null") { track in
            track.field("kind", "Video")
            track.field("children", list: children.map { "\n" + $0 })
        }
        let tracks = item("Stack.1", name: "tracks", source: "null") { $0.field("children", list: [track]) }
        var origin = JSONLine()
        origin.field("feed", list.log.start.feed)
        origin.field("frame_rate", grid.rate.description)
        var timeline = JSONLine()
        timeline.field("OTIO_SCHEMA", "Timeline.1")
        timeline.field("metadata", raw: "{\"scened\":\(origin.object)}")
        timeline.field("name", singleLine(list.title))
        timeline.field(
            "global_start_time", raw: grid.recordStart == 0 ? "null" : time(grid.recordStart, grid))
        timeline.field("tracks", raw: tracks)
        return [timeline.object + "\n"]
    }

    /// The film, with its whole length: editors refuse clips that reach beyond it.
    private func media(_ grid: FrameGrid, _ list: ExportList) -> String {
        var media = JSONLine()
        media.field("OTIO_SCHEMA", "ExternalReference.1")
        media.field("metadata", raw: "{}")
        media.field("name", list.media.name)
        media.field("available_range", raw: range(grid.sourceStart, grid.length(list), grid))
        media.field("target_url", list.media.url)
        return media.object
    }

    private func clip(
        _ entry: ExportEntry, _ frames: Range<Int64>, _ grid: FrameGrid, media: String
    ) -> String {
        let source = range(grid.sourceStart + frames.lowerBound, Int64(frames.count), grid)
        var facts = JSONLine()
        facts.field("id", entry.id)
        facts.field("number", entry.number)
        if let score = entry.score {
            facts.field("score", raw: JSONLine.decimal(micro: Int64(score.millionths)))
        }
        if let shots = entry.shots {
            facts.field("first_shot", shots.lowerBound)
            facts.field("last_shot", shots.upperBound)
        }
        if !entry.tags.isEmpty { facts.field("tags", list: entry.tags.map(JSONLine.quoted)) }
        var marker = JSONLine()
        marker.field("OTIO_SCHEMA", "Marker.2")
        marker.field("metadata", raw: "{}")
        marker.field("name", singleLine(entry.label))
        marker.field("color", "RED")
        marker.field("comment", entry.id)
        marker.field("marked_range", raw: range(grid.sourceStart + frames.lowerBound, 1, grid))
        return item(
            "Clip.2", name: singleLine(entry.label), source: source, metadata: "{\"scened\":\(facts.object)}",
            markers: entry.kind == .gap ? [] : [marker.object]
        ) { clip in
            clip.field("media_references", raw: "{\"DEFAULT_MEDIA\":\(media)}")
            clip.field("active_media_reference_key", "DEFAULT_MEDIA")
        }
    }

    private func item(
        _ schema: String, name: String, source: String, metadata: String = "{}", markers: [String] = [],
        _ more: (inout JSONLine) -> Void
    ) -> String {
        var item = JSONLine()
        item.field("OTIO_SCHEMA", schema)
        item.field("metadata", raw: metadata)
        item.field("name", name)
        item.field("source_range", raw: source)
        item.field("effects", list: [])
        item.field("markers", list: markers)
        item.field("enabled", true)
        more(&item)
        return item.object
    }

    private func time(_ frames: Int64, _ grid: FrameGrid) -> String {
        "{\"OTIO_SCHEMA\":\"RationalTime.1\",\"rate\":\(grid.rate.value),\"value\":\(frames).0}"
    }

    private func range(_ start: Int64, _ length: Int64, _ grid: FrameGrid) -> String {
        "{\"OTIO_SCHEMA\":\"TimeRange.1\",\"duration\":\(time(length, grid)),\"start_time\":\(time(start, grid))}"
    }
}
