import NeuralNet
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import Testing
import Timeline

@Suite struct RelationalTests {
    static func network(seed: UInt64 = 1) -> RelationalNetwork {
        RelationalNetwork(
            neighborCount: 2, hiddenDimension: 12, innerDimension: 20, headCount: 3, layerCount: 2, seed: seed
        )
    }

    @Test(arguments: NetworkGradientTests.forms)
    func gradients(form: (dropout: Dropout?, isPadded: Bool)) {
        NetworkGradientTests.check(
            Self.network(), reading: .center, dropout: form.dropout, isPadded: form.isPadded)
    }

    /// The pass of inference gives what the reference pass gives, on a used workspace too.
    @Test func inferenceAgreesWithTheReference() {
        let network = Self.network()
        var trace = network.makeTrace(batch: 1, reading: .center, needsInputGradient: false)
        var workspace = network.makeWorkspace()
        for seed in 1...5 {
            let tokens = Lab.random(5, network.inputDimension, seed: UInt64(seed))
            network.forward(&trace, tokens, dropout: nil)
            workspace.tokens = tokens
            network.forward(&workspace)
            #expect(Lab.largestDifference(trace.hidden.values, workspace.hidden.values) < 1e-5)
        }
    }

    @Test func tokensByHand() {
        let tokens = RelationalTokens(neighborCount: 1)
        #expect(tokens.width == 13)
        var matrix = Matrix(rows: 4, columns: 13)
        func shot(_ duration: Double, _ entry: TransitionKind?, repeated: Bool = false)
            -> RelationalTokens.Shot
        {
            RelationalTokens.Shot(duration: duration, entry: entry, isRepeated: repeated, isBlank: false)
        }
        tokens.write(
            into: &matrix, firstRow: 1, shots: [shot(1, .start), shot(1, .fadeBlack), shot(1, .dissolve)],
            similarities: [1, 0.8, 0.2, 0.8, 1, 0.5, 0.2, 0.5, 1])
        #expect(matrix.row(0).allSatisfy { $0 == 0 })
        // Off the diagonal the similarities are .8, .2, .5, twice: mean .5, deviation root of .06.
        let scale: Float = 1 / Float(0.06).squareRoot()
        let wanted: [Float] = [0.8, 1, 0.5, 0.3 * scale, 0, 0, 0, 0, 0, 1, 0, 0, 1]
        #expect(Lab.largestDifference(matrix.row(2), wanted) < 1e-4)
        #expect(matrix[3, 8] == 1 && matrix[3, 9] == 0 && matrix[1, 8] == 0)
    }

    /// A shot that repeats the film's edge, and one that is blank, take no part in the mean and the deviation
    /// of the similarities.
    @Test(arguments: [(true, false), (false, true)])
    func edgesAndBlankShotsDoNotCount(isRepeated: Bool, isBlank: Bool) {
        let tokens = RelationalTokens(neighborCount: 1)
        func shot(repeated: Bool = false, blank: Bool = false) -> RelationalTokens.Shot {
            RelationalTokens.Shot(duration: 2, entry: .cut, isRepeated: repeated, isBlank: blank)
        }
        // The third shot repeats the second (similarity 1), or is blank (similarity 0).
        let edge: Float = isRepeated ? 1 : 0
        let toFirst: Float = isRepeated ? 0.6 : 0
        var matrix = Matrix(rows: 3, columns: 13)
        tokens.write(
            into: &matrix, firstRow: 0,
            shots: [shot(), shot(), shot(repeated: isRepeated, blank: isBlank)],
            similarities: [1, 0.6, toFirst, 0.6, 1, edge, toFirst, edge, isBlank ? 0 : 1])
        // One pair is left: mean .6, and the least deviation, .02.
        let least: Float = 1 / 0.02
        #expect(Lab.largestDifference([matrix[0, 4], matrix[1, 3]], [0, 0]) < 1e-3)
        #expect(
            Lab.largestDifference(
                [matrix[0, 5], matrix[1, 5]], [(toFirst - 0.6) * least, (edge - 0.6) * least]) < 1e-2)
        #expect(matrix[2, 10] == (isRepeated ? 1 : 0) && matrix[2, 11] == (isBlank ? 1 : 0))
        #expect(matrix[0, 10] == 0 && matrix[0, 11] == 0)
    }

    /// The embedding's own numbers do not matter, only angles: rotating and scaling all shots changes
    /// nothing.
    @Test func anyEncoderWillDo() {
        let film = TrainingRunTests.film(3)
        var turned = Matrix(rows: film.shotCount, columns: 2 * film.embeddings.columns)
        for row in 0..<film.shotCount {
            let values = film.embeddings.row(row).reversed().map { $0 * 3 }
            turned.setRow(row, to: values.map { $0 * 0.6 } + values.map { $0 * 0.8 })
        }
        let other = TrainingFilm(
            id: "other", embeddings: turned, durations: film.durations, labels: film.labels)
        let model = FineTunedModel(network: Self.network(), head: BoundaryHead(width: 24, seed: 1))
        var (plain, rotated) = (
            FilmScorer(model, source: RelationalWindows([film], neighborCount: 2)),
            FilmScorer(model, source: RelationalWindows([other], neighborCount: 2))
        )
        let difference = Lab.largestDifference(
            plain.scores(film: 0, shotCount: film.shotCount),
            rotated.scores(film: 0, shotCount: film.shotCount))
        #expect(difference < 2e-5)
    }

    /// The scorer of a stream sees what training saw, edges and blank shots included; also by several cues,
    /// of which one or all see nothing in some shots.
    @Test(arguments: [[nil], [nil, 0.07], [0.3, 0.07, nil]] as [[Float?]])
    func streamScoresLikeTheTrainer(typicalDistances: [Float?]) {
        var film = TrainingRunTests.film(3)
        film.embeddings.setRow(9, to: [Float](repeating: 0, count: TrainingRunTests.width))
        film.cues = ComparedCues(typicalDistances: typicalDistances)
        for cue in typicalDistances.indices.dropFirst() {
            var beside = Lab.random(film.shotCount, 5, seed: UInt64(cue))
            for shot in [9, cue, 12 + cue, 17] { beside.setRow(shot, to: [0, 0, 0, 0, 0]) }
            if cue == 1 { beside.setRow(9, to: [1, 2, 0, 0, 1]) }
            film.furtherEmbeddings.append(beside)
        }
        film.embeddings.setRow(17, to: [Float](repeating: 0, count: TrainingRunTests.width))
        film.entries = (0..<film.shotCount).map { $0 == 0 ? .start : $0 % 5 == 0 ? .dissolve : .cut }
        let model = FineTunedModel(network: Self.network(), head: BoundaryHead(width: 24, seed: 1))
        var trained = FilmScorer(model, source: RelationalWindows([film], neighborCount: 2))
        let wanted = trained.scores(film: 0, shotCount: film.shotCount)
        var scorer = RelationalScorer(network: model.network, head: model.head, cues: film.cues)
        var ring = EmbeddingRing(neighborCount: 2)
        var scores: [Float] = []
        for shot in 0..<film.shotCount {
            let at = Instant(pts: Int64(shot))
            let part = Part(
                index: shot, shotIndex: shot, start: at, end: at, duration: film.durations[shot],
                entry: Transition(kind: film.entries[shot], score: Score(1)), isLastOfShot: true,
                keyFrames: [],
                motion: 0)
            var encoded = EncodedPart(part, embedding: film.embeddings.row(shot))
            encoded.furtherEmbeddings = film.furtherEmbeddings.map { $0.row(shot) }
            if let window = ring.push(encoded) { scores.append(scorer.score(window)) }
        }
        for window in ring.finish() { scores.append(scorer.score(window)) }
        #expect(scores.count == wanted.count)
        #expect(Lab.largestDifference(scores.dropLast(), wanted.dropLast()) < 2e-5)
        #expect(scores.last == 0)
        // All cues count.
        guard !film.furtherEmbeddings.isEmpty else { return }
        film.furtherEmbeddings = []
        film.cues = .encoder
        var alone = FilmScorer(model, source: RelationalWindows([film], neighborCount: 2))
        #expect(Lab.largestDifference(alone.scores(film: 0, shotCount: film.shotCount), wanted) > 1e-3)
    }

    /// What shows nothing is like nothing, also where training varies the contrast of all else.
    @Test func blankShotsStayWithoutSimilarity() {
        var film = TrainingRunTests.film(3)
        film.embeddings.setRow(5, to: [Float](repeating: 0, count: TrainingRunTests.width))
        let plain = RelationalWindows([film], neighborCount: 2)
        let varied = RelationalWindows([film], neighborCount: 2, noise: 0.3)
        var random: RandomStream? = RandomStream(seed: 1, purpose: .augmentation)
        var none: RandomStream?
        for shot in 3...7 {
            var (windows, usual) = (
                Matrix(rows: 5, columns: varied.width), Matrix(rows: 5, columns: plain.width)
            )
            let place = ShotPlace(film: 0, shot: shot)
            varied.write(place, into: &windows, window: 0, random: &random)
            plain.write(place, into: &usual, window: 0, random: &none)
            let blank = 5 - (shot - 2)
            #expect((0..<5).allSatisfy { windows[blank, $0] == 0 && windows[$0, blank] == 0 })
            let (left, right) = blank < 2 ? (3, 4) : (0, 1)
            #expect(windows[left, right] != usual[left, right])
        }
    }

    /// A film without a cue that others have is one whose cue sees nothing.
    @Test func filmsOfSeveralCuesAndOfOneGoTogether() {
        let film = TrainingRunTests.film(3)
        var heard = film
        heard.furtherEmbeddings = [Lab.random(film.shotCount, 5, seed: 1)]
        heard.cues = ComparedCues(typicalDistances: [nil, 0.07])
        var deaf = heard
        deaf.furtherEmbeddings = [Matrix(rows: film.shotCount, columns: 5)]
        let model = FineTunedModel(network: Self.network(), head: BoundaryHead(width: 24, seed: 1))
        var scorer = FilmScorer(model, source: RelationalWindows([film, heard, deaf], neighborCount: 2))
        let scores = (0..<3).map { scorer.scores(film: $0, shotCount: film.shotCount) }
        #expect(Lab.largestDifference(scores[2], scores[0]) < 2e-5)
        #expect(Lab.largestDifference(scores[1], scores[0]) > 1e-3)
    }

    @Test func learnsFromFewFilmsAndServesAnotherEncoder() {
        let films = TrainingRunTests.films
        let network = RelationalNetwork(
            neighborCount: 3, hiddenDimension: 32, innerDimension: 64, headCount: 4, layerCount: 1, seed: 1)
        var tuner = Trainer(
            FineTunedModel(network: network, head: BoundaryHead(width: 64, seed: 1)),
            FineTuningObjective(
                RelationalNetwork.self, films: films,
                source: RelationalWindows(films, neighborCount: 3, truncationShare: 0.3, noise: 0.2)),
            schedule: TrainingRunTests.schedule(epochs: 30))
        tuner.run { _ in true }
        var scorer = FilmScorer(
            tuner.model, source: RelationalWindows(TrainingRunTests.unseen, neighborCount: 3))
        let figure = TrainingRunTests.figure(&scorer)
        print("relational AP unseen \(figure)")
        #expect(figure > 0.8)
    }
}
