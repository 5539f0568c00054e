package import SceneEvents
package import SceneSegmentation
package import Timeline
internal import SceneIndex
internal import SceneModel
internal import TensorKernels

/// Parts and scenes of a stream in; says of each scene how often something like it was on before, its vector,
/// what a probe sees in it, and which sentences fit it.
///
/// A value without clock or threads. The same parts and the same index give the same answers. A scene costs
/// one search: about 0.1 s for a million known scenes of 512 numbers. Memory: `longestScene` embeddings, and
/// `ownScenes` vectors where the run's own scenes count.
package struct SceneRecall: Sendable {
    /// Parts that are kept: a scene of more is described by its last ones.
    static let longestScene = 4096
    /// Scenes of the run that are kept: about a month of them.
    static let ownScenes = 50_000

    private let timeBase: TimeBase
    private let options: RecallOptions
    private let width: Int
    /// Ticks of the stream's first picture; nil before it is known.
    private var origin: Int64?
    /// Parts of scenes that were not told yet.
    private var parts: [Kept] = []
    /// Where the first part stands that was not seen, as that of a run that goes on behind a restart.
    private var seenFrom = Int64.max
    private var own: HalfList
    private var ownSightings: [Own] = []

    private struct Kept: Sendable {
        var start: Int64
        var end: Int64
        var embedding: [Float]
    }

    /// A scene of the run.
    private struct Own: Sendable {
        var number: Int
        /// Microseconds from the first picture.
        var start: Int64
        var end: Int64
    }

    /// - Parameters:
    ///   - timeBase: of the stream.
    ///   - options: what is known.
    ///   - width: of the embeddings.
    ///   - origin: ticks of the stream's first picture; nil: where the first part begins.
    package init(timeBase: TimeBase, options: RecallOptions, width: Int, origin: Int64? = nil) {
        self.timeBase = timeBase
        self.options = options
        self.width = width
        self.origin = origin
        own = HalfList(
            width: options.encoder.dimension(embeddings: width),
            capacity: options.repeats ? Self.ownScenes : 1)
    }

    /// Takes a part that was closed.
    package mutating func push(_ part: EncodedPart) {
        if origin == nil { origin = part.start.pts }
        seenFrom = min(seenFrom, part.start.pts)
        if parts.count == Self.longestScene { parts.removeFirst() }
        parts.append(Kept(start: part.start.pts, end: part.end.pts, embedding: part.embedding))
    }

    /// Says of each new scene among `events` how often something like it was on. All its parts were pushed.
    package mutating func name(_ events: inout [Event]) {
        for index in events.indices {
            guard case .scene(var scene) = events[index], scene.seen == nil, scene.vector == nil,
                scene.tags == nil, scene.sentenceTags == nil
            else { continue }
            let floats = vector(of: scene, options.encoder)
            let vector = floats.map(HalfVector.init)
            if let sentences = options.sentences {
                let isSame = options.encoder.name == sentences.encoder.name
                scene.sentenceTags = sentences.tags(
                    isSame ? floats : self.vector(of: scene, sentences.encoder))
            }
            parts.removeAll { $0.end <= scene.end.pts }
            if options.looksBack { scene.seen = recognition(of: scene, vector) }
            if options.tellsVectors { scene.vector = vector?.bits }
            if let probe = options.probe { scene.tags = probe.tags(floats) }
            events[index] = .scene(scene)
        }
    }

    private mutating func recognition(of scene: Scene, _ vector: HalfVector?) -> SceneRecognition {
        guard let vector, let origin else { return .unknown }
        var sightings = KnownScenes(threshold: options.threshold)
        if let index = options.index {
            let search = SceneSearch(
                count: SceneRecognition.Sightings.most, minimumScore: Float(options.threshold), threadCount: 1
            )
            for match in search.nearest([SceneQuery(vector)], in: index)[0] { sightings.add(match) }
        }
        if options.repeats {
            own.forEachCosine(with: vector.floats) { row, cosine in
                let scene = ownSightings[row % own.capacity]
                sightings.add(cosine, number: scene.number, start: scene.start, end: scene.end, row: row)
            }
            remember(scene, vector, origin)
        }
        return sightings.recognition
    }

    /// nil where it shows nothing, or its beginning was not seen.
    private func vector(of scene: Scene, _ encoder: any SceneEncoder) -> [Float]? {
        let held = parts.drop { $0.end <= scene.start.pts }.prefix { $0.start < scene.end.pts }
        guard seenFrom <= scene.start.pts, !held.isEmpty else { return nil }
        let shown = held.map { part in
            ScenePart(
                embedding: part.embedding,
                seconds: timeBase.seconds(min(scene.end.pts, part.end) - max(scene.start.pts, part.start)))
        }
        let vector = encoder.encode(shown, width: width)
        return vector.allSatisfy { $0 == 0 } ? nil : vector
    }

    private mutating func remember(_ scene: Scene, _ vector: HalfVector, _ origin: Int64) {
        let sighting = Own(
            number: scene.index + 1, start: timeBase.microseconds(scene.start.pts - origin),
            end: timeBase.microseconds(scene.end.pts - origin))
        let place = own.endIndex % own.capacity
        if place < ownSightings.count {
            ownSightings[place] = sighting
        } else {
            ownSightings.append(sighting)
        }
        own.append(vector)
    }
}
