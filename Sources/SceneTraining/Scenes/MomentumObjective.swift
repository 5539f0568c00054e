package import NeuralNet
package import SceneModel
package import SceneSegmentation
package import TensorKernels

/// Scenes that are alike, by momentum contrast (Movies2Scenes, section 3.3).
///
/// The twin follows behind each step instead of before the next, which gives the same numbers: before the
/// first step both are equal.
package struct MomentumObjective<Views: SceneViews>: Objective {
    private let views: Views
    private let pairs: [ScenePair]
    private let known: SimilarRecordings
    private let options: MomentumOptions
    /// Draws of an epoch.
    package let exampleCount: Int
    package let filmsIdentity: UInt64

    /// The step's answers of the twin, which `settle` puts into the queue.
    package struct Room: Sendable {
        fileprivate var keys: Matrix
        fileprivate var owners: [Int]
        fileprivate var pointer: Int
    }

    /// `pairs`: at least one. `draws`: of an epoch, by the pairs' weights. `known`: recordings that are
    /// alike.
    package init(
        views: Views, pairs: [ScenePair], known: SimilarRecordings, options: MomentumOptions,
        draws: Int, identity: UInt64
    ) {
        precondition(!pairs.isEmpty && draws > 0, "a pair")
        self.views = views
        self.pairs = pairs
        self.known = known
        self.options = options
        exampleCount = draws
        filmsIdentity = identity
        // Draws by weight take a walk through the sums.
        var sum = 0.0
        ends = pairs.map {
            sum += $0.weight
            return sum
        }
    }

    private let ends: [Double]

    package var title: String { "similar scenes" }
    package var details: String { "\(options) pairs \(pairs.count)" }

    package func makeRoom(_ model: MomentumModel<Views.Encoder>, batch: Int) -> Room {
        precondition(model.queue.rows % batch == 0, "a queue of whole batches")
        return Room(keys: Matrix(rows: batch, columns: model.queue.columns), owners: [], pointer: 0)
    }

    package func addGradient(
        _ step: TrainingStep, _ model: MomentumModel<Views.Encoder>, room: inout Room,
        gradient: inout MomentumModel<Views.Encoder>
    ) -> TrainingLoss {
        var random = step.stream(.scenePairs)
        var windows: [(query: SceneWindow, key: SceneWindow)] = []
        for _ in step.examples {
            let pair = draw(&random)
            let isTurned = random.next() & 1 == 1
            windows.append(
                (
                    view(isTurned ? pair.second : pair.first, &random),
                    view(isTurned ? pair.first : pair.second, &random)
                ))
        }
        let queries = views.scenes(windows.map(\.query), for: model.query.encoder)
        let keys = views.scenes(windows.map(\.key), for: model.key.encoder)
        let loss = run(
            model, queries: queries, keys: keys,
            owners: windows.map { ($0.query.recording, $0.key.recording) }, dropout: step.dropout,
            step: step.number,
            room: &room, gradient: &gradient)
        return TrainingLoss(total: loss)
    }

    /// A step, counted from 0, on given scenes. `owners`: recordings of each query and of its partner.
    package func run(
        _ model: MomentumModel<Views.Encoder>, queries: Views.Encoder.Scenes, keys: Views.Encoder.Scenes,
        owners: [(query: Int, key: Int)], dropout: Dropout?, step: Int, room: inout Room,
        gradient: inout MomentumModel<Views.Encoder>
    ) -> Double {
        room.pointer = step * owners.count % model.queue.rows
        room.keys = model.key.forward(keys).contrasted.values
        room.owners = owners.map(\.key)
        var trace = model.query.forward(queries, dropout: dropout)
        // Tables, outside of the generic model: a queue of K scenes asks K times for each query.
        let excluded = owners.map(leftOut)
        let waiting = model.owners.map { Int($0) }
        let result = MomentumLoss.gradient(
            queries: trace.contrasted.values, keys: room.keys, queue: model.queue,
            temperature: options.temperature
        ) { query, row in
            excluded[query].indices.contains(waiting[row]) && excluded[query][waiting[row]]
        }
        model.query.backward(&trace, result.dQueries, gradient: &gradient.query)
        return result.loss
    }

    /// By recording: whether its scenes in the queue are left out for a query.
    private func leftOut(_ owners: (query: Int, key: Int)) -> [Bool] {
        guard options.exclusion != .none else { return [] }
        var recordings = [Bool](repeating: false, count: max(known.count, owners.query + 1, owners.key + 1))
        recordings[owners.query] = true
        recordings[owners.key] = true
        if options.exclusion == .similar {
            for partner in known.partners(of: owners.query) { recordings[partner] = true }
        }
        return recordings
    }

    package func settle(_ model: inout MomentumModel<Views.Encoder>, _ room: Room) {
        model.follow(momentum: options.momentum)
        model.enqueue(room.keys, owners: room.owners, at: room.pointer)
    }

    package func isTrained(_ name: String) -> Bool { name.hasPrefix(MomentumModel<Views.Encoder>.learned) }

    package func file(_ model: MomentumModel<Views.Encoder>, _ metadata: ModelMetadata) -> SafetensorsWriter {
        model.query.encoder.file(metadata.sceneEncoderEntries)
    }

    private func draw(_ random: inout RandomStream) -> ScenePair {
        let place = random.fraction() * (ends.last ?? 0)
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= place { low = middle + 1 } else { high = middle }
        }
        return pairs[low]
    }

    /// Some shots of a window that follow one another, and show something.
    private func view(_ window: SceneWindow, _ random: inout RandomStream) -> SceneWindow {
        let least = min(options.leastShots, window.count)
        let count = least + random.position(below: window.count - least + 1)
        let first = window.first + random.position(below: window.count - count + 1)
        let view = SceneWindow(recording: window.recording, first: first, count: count)
        return views.isSeen(view) ? view : window
    }
}

extension TrainingFilm {
    /// Shots as parts of a scene.
    package func parts(_ shots: Range<Int>) -> [ScenePart] {
        shots.map { ScenePart(embedding: embeddings.row($0), seconds: max(durations[$0], 0.001)) }
    }
}
