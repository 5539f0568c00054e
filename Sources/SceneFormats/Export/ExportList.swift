internal import SceneEvents
internal import Timeline

/// What a writer gets: the whole log, the options, and the entries that they choose.
package struct ExportList: Sendable {
    package let log: EventLog
    package let options: ExportOptions
    /// In order of time; they do not overlap.
    package let entries: [ExportEntry]

    /// `subject`: what is listed where the options do not say.
    init(_ log: EventLog, _ options: ExportOptions, subject: ExportOptions.Subject = .scenes) {
        self.log = log
        self.options = options
        let listed =
            switch options.subject ?? subject {
            case .scenes: Self.scenes(log, options)
            case .shots: Self.shots(log, options)
            case .blocks: Self.blocks(log, options)
            }
        entries = options.listsGaps ? Self.filled(listed, log) : listed
    }

    /// The same list with an entry for every stretch that has none.
    var filled: [ExportEntry] { options.listsGaps ? entries : Self.filled(entries, log) }

    package var title: String { options.title ?? "scenes" }

    /// The film.
    var media: MediaReference { MediaReference(options.media ?? log.start.input) }

    /// The end of what is known, in ticks from the start of the file.
    var end: Int64 {
        let ends = log.end.map { [LoggedInstant($0.at, of: log.start).ticks] } ?? []
        return (ends + log.scenes.map(\.end.ticks) + [0]).max() ?? 0
    }

    /// `ticks` in milliseconds from the start of the file, never before their picture.
    func milliseconds(_ ticks: Int64) -> Int64 { log.timeBase.ceiling(ticks, perSecond: 1000) }

    /// Throws where an entry begins before the start of the file, as only streams of other producers have it.
    func checkStart(of entry: ExportEntry, format: String) throws(ExportError) {
        guard entry.start < 0 else { return }
        throw .earlyEntry(format: format, entry: "\(entry.kind.rawValue) \(entry.number)")
    }

    // MARK: Entries

    private static func scenes(_ log: EventLog, _ options: ExportOptions) -> [ExportEntry] {
        log.scenes.enumerated().map { index, scene in
            let id = log.identity("scene", atTicks: scene.start.ticks)
            return ExportEntry(
                kind: .scene, number: index + 1, id: id,
                label: label(options.label ?? "Scene {number}", index + 1, id),
                start: scene.start.ticks, end: scene.end.ticks, startFrame: scene.start.frame,
                endFrame: scene.end.frame, score: scene.score,
                shots: scene.firstShot <= scene.lastShot ? scene.firstShot...scene.lastShot : nil,
                tags: scene.tags)
        }
    }

    private static func shots(_ log: EventLog, _ options: ExportOptions) -> [ExportEntry] {
        var (entries, end) = ([ExportEntry](), Int64.min)
        for shot in log.shots {
            let (start, last) = (
                LoggedInstant(shot.start, of: log.start), LoggedInstant(shot.end, of: log.start)
            )
            // What overlaps was told by two runs, and is listed once.
            guard start.ticks >= end else { continue }
            end = max(last.ticks, start.ticks)
            let (number, id) = (entries.count + 1, log.identity("shot", atTicks: start.ticks))
            entries.append(
                ExportEntry(
                    kind: .shot, number: number, id: id,
                    label: label(options.label ?? "Shot {number}", number, id),
                    start: start.ticks, end: end, startFrame: start.frame, endFrame: last.frame, score: nil,
                    shots: shot.index...shot.index))
        }
        return entries
    }

    private static func blocks(_ log: EventLog, _ options: ExportOptions) -> [ExportEntry] {
        var (entries, end) = ([ExportEntry](), Int64.min)
        for block in log.blocks {
            let (start, last) = (
                LoggedInstant(block.start, of: log.start), LoggedInstant(block.end, of: log.start)
            )
            // What overlaps was told by two runs, and is listed once.
            guard start.ticks >= end else { continue }
            end = last.ticks
            let (number, id) = (entries.count + 1, log.identity("block", atTicks: start.ticks))
            entries.append(
                ExportEntry(
                    kind: .block, number: number, id: id,
                    label: label(options.label ?? block.kind.title, number, id), start: start.ticks,
                    end: end, startFrame: start.frame, endFrame: last.frame, score: nil, block: block.kind))
        }
        return entries
    }

    private static func filled(_ entries: [ExportEntry], _ log: EventLog) -> [ExportEntry] {
        var (all, place, count) = ([ExportEntry](), Int64(0), 0)
        for entry in entries {
            if entry.start > place {
                count += 1
                all.append(
                    ExportEntry(
                        kind: .gap, number: count, id: log.identity("gap", atTicks: place), label: "Gap",
                        start: place, end: entry.start))
            }
            all.append(entry)
            place = max(place, entry.end)
        }
        return all
    }

    private static func label(_ template: String, _ number: Int, _ id: String) -> String {
        template.replacing("{number}", with: "\(number)").replacing("{id}", with: id)
    }
}

extension Block.Kind {
    /// As a chapter is named.
    fileprivate var title: String {
        switch self {
        case .program: "Program"
        case .adverts: "Adverts"
        case .trailer: "Trailer"
        case .ident: "Ident"
        }
    }
}

extension EventLog {
    /// The `id` that an event of this type has whose time is `ticks` from the start of the file.
    package func identity(_ type: String, atTicks ticks: Int64) -> String {
        let pts = ticks - firstPicture + start.media.clock.startPTS
        // A gap is named by the timeline in front of it.
        let timeline = gaps.last { $0.end.pts <= pts && $0.timeline != nil }?.timeline ?? start.timeline
        return "\(type)/\(timeline)/\(pts)"
    }
}
