internal import JSONText
internal import Platform
package import TextFiles

/// What is laid before a person who marks the shot changes of a film, and what is taken as it is.
package struct MarkingPlan: Hashable, Sendable {
    package struct Place: Hashable, Sendable {
        /// From 1, in the order in which places are laid before the person.
        package var number: Int
        /// What the place is about; more is shown.
        package var pictures: ClosedRange<Int64>
        /// The cut that all lists have, where the place is one of the sample; nil where they differ.
        package var agreed: Int64?

        package init(number: Int, pictures: ClosedRange<Int64>, agreed: Int64? = nil) {
            self.number = number
            self.pictures = pictures
            self.agreed = agreed
        }
    }

    package var film: String
    package var pictureCount: Int64
    package var frameRate: Double
    /// How many lists were compared.
    package var lists: Int
    /// Hard cuts that all lists have and that nobody looks at, ascending.
    package var agreed: [Int64]
    /// In order of their numbers.
    package var places: [Place]

    package init(
        film: String, pictureCount: Int64, frameRate: Double, lists: Int, agreed: [Int64], places: [Place]
    ) {
        self.film = film
        self.pictureCount = pictureCount
        self.frameRate = frameRate
        self.lists = lists
        self.agreed = agreed
        self.places = places
    }

    /// All places of `dispute` where the lists differ and `sample` of those where they agree, mixed: the
    /// order, drawn from `seed`, tells nothing of time, nor of which kind a place is.
    package init(
        _ dispute: ShotDispute, film: String, pictureCount: Int64, frameRate: Double, sample: Int = 0,
        seed: UInt64 = 1
    ) {
        var generator = SeededGenerator(seed: seed)
        let chosen = Set(dispute.agreed.shuffled(using: &generator).prefix(sample))
        let mixed =
            (dispute.differing.map { ($0, Int64?.none) } + chosen.sorted().map { ($0...$0, $0) })
            .sorted { $0.0.lowerBound < $1.0.lowerBound }.shuffled(using: &generator)
        self.init(
            film: film, pictureCount: pictureCount, frameRate: frameRate, lists: dispute.lists,
            agreed: dispute.agreed.filter { !chosen.contains($0) },
            places: mixed.enumerated().map { number, place in
                Place(number: number + 1, pictures: place.0, agreed: place.1)
            })
    }

    // MARK: - What is shown

    /// Pictures between two of those that are shown around a place for its surroundings.
    private static let stride: Int64 = 6
    private static let surroundings: Int64 = 6
    /// Pictures shown one by one at most; of a longer place every n-th is.
    private static let longestStrip: Int64 = 160

    /// Numbers of the pictures that show `pictures`: `around` before, all of them, `around` behind; and some
    /// of what surrounds these, every sixth. Ascending; the last may lie beyond the end of the film.
    package static func shown(_ pictures: ClosedRange<Int64>, around: Int64) -> [Int64] {
        let first = pictures.lowerBound - around
        let last = pictures.upperBound + around
        let step = (last - first) / longestStrip + 1
        let before = (1...surroundings).reversed().map { first - $0 * stride }
        let behind = (1...surroundings).map { last + $0 * stride }
        return (before + Array(Swift.stride(from: first, through: last, by: Int(step))) + behind)
            .filter { $0 >= 0 }
    }

    // MARK: - As a file

    /// `places.json`: one object.
    package var json: String {
        var object = JSONLine()
        object.field("version", 1)
        object.field("film", film)
        object.field("fps", raw: MarkedTruth.number(frameRate))
        object.field("frames", pictureCount)
        object.field("lists", lists)
        object.field("agreed", list: agreed.map(String.init))
        object.field(
            "places",
            list: places.map { place in
                var entry = JSONLine()
                entry.field("place", place.number)
                entry.field("first", place.pictures.lowerBound)
                entry.field("last", place.pictures.upperBound)
                entry.field("agreed", optional: place.agreed)
                return entry.object
            })
        return object.object + "\n"
    }

    private struct Document: Decodable {
        struct Place: Decodable {
            var place: Int
            var first: Int64
            var last: Int64
            var agreed: Int64?
        }

        var version: Int
        var film: String
        var fps: Double
        var frames: Int64
        var lists: Int
        var agreed: [Int64]
        var places: [Place]
    }

    /// Reads `places.json`.
    package static func read(path: String) throws(EvaluationError) -> MarkingPlan {
        try EvaluationError.reading { () throws(TextFileError) in try read(TextFile(path: path)) }
    }

    package static func read(_ file: TextFile) throws(TextFileError) -> MarkingPlan {
        let remedy = "give the folder that `scened evaluate sheets` has written"
        let document = try file.decode(Document.self, remedy: remedy)
        let isSound =
            document.version == 1 && document.fps > 0 && document.fps <= 1000
            && 0...1_000_000_000 ~= document.frames
            && document.places.allSatisfy {
                0 <= $0.first && $0.first <= $0.last && $0.last <= 1_000_000_000
            }
            && Set(document.places.map(\.place)).count == document.places.count
        guard isSound else { throw file.malformed("holds no places of this version", remedy: remedy) }
        return MarkingPlan(
            film: document.film, pictureCount: document.frames, frameRate: document.fps,
            lists: document.lists, agreed: document.agreed.sorted(),
            places: document.places.map {
                Place(number: $0.place, pictures: $0.first...$0.last, agreed: $0.agreed)
            })
    }
}
