package import ArchiveBatch
internal import Digests
internal import JSONText
internal import SceneEvents
internal import Timeline

/// All rows of one recording. A value without I/O: equal results give equal rows.
package struct CatalogueEntry: Hashable, Sendable {
    /// Stands for the recording in all tables.
    package let key: Int64
    package let name: String
    /// The embeddings are given with `add`.
    package private(set) var rows: [CatalogueTable: [[CatalogueValue]]] = [:]

    /// What stands for a recording: the first 53 bits of the SHA-256 of its name, which every reader of JSON
    /// keeps exactly. Equal in all catalogues; of a million names, two are equal once in 18,000 archives.
    package static func key(of name: String) -> Int64 {
        let bytes = Array(name.utf8)
        let digest = SHA256.bytes(of: bytes.span)
        return Int64(digest[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 11)
    }

    /// SHA-256 of a note's bytes: equal notes, equal results.
    package static func digest(ofNote bytes: [UInt8]) -> String { SHA256.digest(of: bytes.span) }

    /// The rows of a recording, but for its embeddings. O(bytes).
    ///
    /// - Parameters:
    ///   - name: of the recording: its place in the folder of results.
    ///   - note: its `done.json`.
    ///   - noteDigest: `digest(ofNote:)` of that.
    ///   - events: its `events.jsonl`, whole.
    /// - Throws: `unusable`, with what is wrong, where the events are damaged or others than the note says.
    package init(
        name: String, note: DoneNote, noteDigest: String, events: [UInt8]
    ) throws(CatalogueError) {
        self.name = name
        key = Self.key(of: name)
        var reader = EventReader()
        var (start, end): (StreamStart?, StreamEnd?) = (nil, nil)
        var number = 0
        for line in events.split(separator: UInt8(ascii: "\n")) {
            number += 1
            guard Self.isWanted(line) else { continue }
            let event: Event?
            do throws(EventError) {
                event = try reader.read(line: line)
            } catch {
                throw CatalogueError(
                    .unusable, "\(DoneNote.eventsName), line \(number): \(error.description)")
            }
            guard let event else { continue }
            guard end == nil else {
                throw CatalogueError(
                    .unusable, "\(DoneNote.eventsName), line \(number): it comes after the end")
            }
            switch event {
            case .streamStart(let first): start = start ?? first
            case .streamEnd(let last): end = last
            default: if let clock = reader.clock { add(event, clock) }
            }
        }
        guard let start, let end else {
            throw CatalogueError(.unusable, "\(DoneNote.eventsName): it breaks off")
        }
        guard note.counts.shots == count(.shots), note.counts.scenes == count(.scenes),
            note.counts.boundaries == count(.boundaries)
        else {
            throw CatalogueError(
                .unusable, "\(DoneNote.eventsName): its events are not those that \(DoneNote.name) counts")
        }
        rows[.recordings] = [recording(note, start, end)]
        rows[.runs] = [
            [
                .integer(key), .text(start.run), .text(start.wall), .seconds(note.seconds), .text(noteDigest),
            ]
        ]
    }

    /// Adds a part's embedding: its number from 1, its shot's from 1, microseconds, and half floats.
    package mutating func add(part: Int, shot: Int, start: Int64, end: Int64, vector: [UInt16]) {
        let bytes = vector.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        rows[.embeddings, default: []].append([
            .integer(key), .integer(Int64(part)), .integer(Int64(shot)), .seconds(start), .seconds(end),
            .blob(bytes),
        ])
    }

    private func count(_ table: CatalogueTable) -> Int { rows[table]?.count ?? 0 }

    /// Whether a line's type is one of those that have a table: others are many, and need not be read.
    private static func isWanted(_ line: ArraySlice<UInt8>) -> Bool {
        let head = line.prefix(40)
        guard let place = head.firstRange(of: mark) else { return true }
        let type = head[place.upperBound...].prefix { $0 != UInt8(ascii: "\"") }
        return !passedOver.contains { type.elementsEqual($0) }
    }

    private static let mark = Array(#""type":""#.utf8)
    private static let passedOver = ["score", "cut", "watermark", "cue", "heartbeat"].map { Array($0.utf8) }

    // MARK: rows

    private func recording(_ note: DoneNote, _ start: StreamStart, _ end: StreamEnd) -> [CatalogueValue] {
        let options = start.options.map { "\(JSONLine.quoted($0.name)):\($0.literal)" }
        let files = note.files.map(JSONLine.quoted)
        let counts = note.counts
        return [
            .integer(key), .text(name), .text(note.input), .optional(note.identity.size),
            note.identity.modified.map { .seconds($0) } ?? .null, .optional(note.ends),
            .seconds(counts.filmSeconds), .integer(Int64(counts.shots)), .integer(Int64(counts.scenes)),
            .integer(Int64(counts.boundaries)), .integer(Int64(counts.doubtful)), .optional(note.damage),
            .text(start.media.container), .text(start.media.codec), .integer(Int64(start.media.width)),
            .integer(Int64(start.media.height)), .text(start.model.scorer), .text(start.model.encoder),
            .integer(Int64(start.model.neighborCount)), .optional(start.model.digest),
            .optional(start.model.file), .text("{\(options.joined(separator: ","))}"), .text(note.program),
            .text("[\(files.joined(separator: ","))]"),
        ]
    }

    private mutating func add(_ event: Event, _ clock: MediaClock) {
        switch event {
        case .shot(let shot):
            let (start, end) = (shot.start, shot.end)
            add(
                .shots,
                span(clock, start, end) + [
                    .optional(start.frame), .optional(end.frame), .text(shot.transition.kind.rawValue),
                    .real(shot.transition.score.value), .integer(Int64(shot.parts.count)),
                ])
        case .boundary(let boundary) where boundary.state == .final:
            let margin = Int64(boundary.score.millionths) - Int64(boundary.threshold.millionths)
            add(
                .boundaries,
                [
                    .seconds(clock.microseconds(at: boundary.at.pts)), .optional(boundary.at.frame),
                    .optional(timecode(boundary.at, clock)), .text(boundary.kind.rawValue),
                    .real(boundary.score.value), .real(boundary.threshold.value), .seconds(margin),
                    .optional(boundary.probability?.value), .optional(boundary.transition?.kind.rawValue),
                    .integer(Int64(boundary.leftShot) + 1), .integer(Int64(boundary.rightShot) + 1),
                ])
        case .scene(let scene): add(scene, clock)
        case .block(let block):
            add(
                .blocks,
                span(clock, block.start, block.end) + [
                    .text(block.kind.rawValue), .optional(block.probability?.value),
                ])
        case .gap(let gap): add(.gaps, span(clock, gap.start, gap.end) + [.text(gap.reason.rawValue)])
        default: break
        }
    }

    private mutating func add(_ scene: Scene, _ clock: MediaClock) {
        let number = Int64(count(.scenes)) + 1
        add(
            .scenes,
            span(clock, scene.start, scene.end) + [
                .optional(scene.start.frame), .optional(scene.end.frame),
                .optional(timecode(scene.start, clock)), .text(scene.endReason.rawValue),
                .optional(scene.score?.value), .integer(Int64(scene.firstShot) + 1),
                .integer(Int64(scene.lastShot) + 1), .optional(scene.block?.kind?.rawValue),
            ])
        for tag in scene.tags ?? [] {
            rows[.tags, default: []].append([
                .integer(key), .integer(number), .text("probe"), .text(tag.label),
                .real(tag.probability.value), .null,
            ])
        }
        for tag in scene.sentenceTags ?? [] {
            rows[.tags, default: []].append([
                .integer(key), .integer(number), .text("sentence"), .text(tag.name), .real(tag.share.value),
                .seconds(Int64(tag.cosine)),
            ])
        }
    }

    /// Adds a row behind its recording and its number.
    private mutating func add(_ table: CatalogueTable, _ values: [CatalogueValue]) {
        rows[table, default: []].append([.integer(key), .integer(Int64(count(table)) + 1)] + values)
    }

    private func span(_ clock: MediaClock, _ start: Instant, _ end: Instant) -> [CatalogueValue] {
        let (start, end) = (clock.microseconds(at: start.pts), clock.microseconds(at: end.pts))
        return [.seconds(start), .seconds(end), .seconds(end - start)]
    }

    private func timecode(_ instant: Instant, _ clock: MediaClock) -> String? {
        instant.timecode.flatMap { frames in clock.timecode?.string(frames: frames) }
    }
}
