internal import JSONText

/// What is said of a film whose results are there: `done.json`, written last.
package struct DoneNote: Hashable, Sendable {
    /// Version of the layout; raised when its meaning changes.
    static let version: Int64 = 1
    package static let name = "done.json"
    package static let eventsName = "events.jsonl"
    package static let embeddingsName = "embeddings.npz"
    package static let reportName = "report.html"

    package var id: String
    package var input: String
    package var identity: InputIdentity
    /// SHA-256 of the input's first and last MiB; nil of an address.
    package var ends: String?
    package var digests: BatchDigests
    /// Version of the program that made the results.
    package var program: String
    /// Why the input broke off, where the results end; nil where it did not.
    package var damage: String?
    /// Why an export that was asked for is not there; nil where all are.
    package var exportProblem: String?
    /// Names of the results, sorted.
    package var files: [String]
    package var counts: FilmCounts
    /// The stream has cues: events that embeddings do not hold.
    package var hasCues: Bool
    /// Microseconds that it took.
    package var seconds: Int64

    package init(
        id: String, input: String, identity: InputIdentity, ends: String?, digests: BatchDigests,
        program: String, damage: String?, exportProblem: String? = nil, files: [String],
        counts: FilmCounts, hasCues: Bool, seconds: Int64
    ) {
        self.id = id
        self.input = input
        self.identity = identity
        self.ends = ends
        self.digests = digests
        self.program = program
        self.damage = damage
        self.exportProblem = exportProblem
        self.files = files.sorted()
        self.counts = counts
        self.hasCues = hasCues
        self.seconds = seconds
    }

    package var isDamaged: Bool { damage != nil }

    /// One JSON object with a newline.
    package var text: String {
        var line = JSONLine()
        line.field("type", "scened_done")
        line.field("version", Self.version)
        line.field("id", id)
        line.field("input", input)
        line.field("size", optional: identity.size)
        line.field("modified", microseconds: identity.modified)
        line.field("ends_sha256", ends)
        line.field("reading", digests.reading)
        line.field("scoring", digests.scoring)
        line.field("exports", digests.exports)
        line.field("program", program)
        line.field("damaged", isDamaged)
        line.field("damage", damage)
        line.field("export_problem", exportProblem)
        line.field("files", list: files.map(JSONLine.quoted))
        line.field("film_seconds", microseconds: counts.filmSeconds)
        line.field("shots", counts.shots)
        line.field("scenes", counts.scenes)
        line.field("boundaries", counts.boundaries)
        line.field("doubtful", counts.doubtful)
        line.field("cues", hasCues)
        line.field("seconds", microseconds: seconds)
        return line.object + "\n"
    }

    /// Reads what `text` gave; nil for other bytes, as those of another version: the film is then done anew.
    package init?(_ bytes: [UInt8]) {
        guard let members = JSONValue(parsing: bytes[...])?.members else { return nil }
        let fields = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        func micro(_ name: String) -> Int64? {
            fields[name]?.double.flatMap { abs($0) < 1e12 ? Int64(($0 * 1_000_000).rounded()) : nil }
        }
        guard fields["type"]?.string == "scened_done", fields["version"]?.integer == Self.version,
            let id = fields["id"]?.string, let input = fields["input"]?.string,
            let reading = fields["reading"]?.string, let scoring = fields["scoring"]?.string,
            let exports = fields["exports"]?.string, let program = fields["program"]?.string,
            let files = fields["files"]?.elements?.map(\.string), !files.contains(nil),
            let filmSeconds = micro("film_seconds"), let shots = fields["shots"]?.integer,
            let scenes = fields["scenes"]?.integer, let boundaries = fields["boundaries"]?.integer,
            let doubtful = fields["doubtful"]?.integer,
            let hasCues = fields["cues"]?.bool, let seconds = micro("seconds")
        else { return nil }
        self.init(
            id: id, input: input,
            identity: InputIdentity(size: fields["size"]?.integer, modified: micro("modified")),
            ends: fields["ends_sha256"]?.string,
            digests: BatchDigests(reading: reading, scoring: scoring, exports: exports), program: program,
            damage: fields["damage"]?.string, exportProblem: fields["export_problem"]?.string,
            files: files.compactMap(\.self),
            counts: FilmCounts(
                filmSeconds: filmSeconds, shots: Int(shots), scenes: Int(scenes), boundaries: Int(boundaries),
                doubtful: Int(doubtful)),
            hasCues: hasCues, seconds: seconds)
    }
}

/// What was found in a film.
package struct FilmCounts: Hashable, Sendable {
    /// Microseconds from the first picture to the end of the last.
    package var filmSeconds: Int64 = 0
    package var shots = 0
    package var scenes = 0
    package var boundaries = 0
    /// Boundaries whose score is less than a tenth above their threshold.
    package var doubtful = 0

    package init(
        filmSeconds: Int64 = 0, shots: Int = 0, scenes: Int = 0, boundaries: Int = 0, doubtful: Int = 0
    ) {
        self.filmSeconds = filmSeconds
        self.shots = shots
        self.scenes = scenes
        self.boundaries = boundaries
        self.doubtful = doubtful
    }
}
