import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

@Suite struct PretextTests {
    // MARK: Against the reference

    @Test(.enabled(if: Lab.parity != nil, "needs ../shared/parity"))
    func warpingPathsOfTheReference() throws {
        let cases = try #require(Lab.json("dtw_cases.json") as? [[String: Any]])
        #expect(cases.count == 18)
        for entry in cases {
            let cost = try #require(entry["cost"] as? [[Double]])
            let matrix = Matrix(
                rows: cost.count, columns: cost[0].count, values: cost.flatMap { $0.map { Float($0) } })
            let path = DynamicTimeWarping.path(cost: matrix).map { [$0.row, $0.column] }
            #expect(path == entry["path"] as? [[Int]], "\(entry["name"] ?? "")")
            #expect(
                PseudoScenes(warping: matrix).boundary == entry["boundary"] as? Int, "\(entry["name"] ?? "")")
        }
    }

    @Test(.enabled(if: Lab.parity != nil, "needs ../shared/parity"))
    func windowsOfTheReference() throws {
        let recorded = try #require(Lab.json("samplers.json") as? [String: [[String: Any]]])
        let sampler = WindowSampler(neighborCount: 8)
        for entry in try #require(recorded["sbd_clip"]) {
            let count = try #require(entry["num_shot_arg"] as? Int)
            let center = try #require(entry["center"] as? Int)
            // There the reference takes the count for the last index.
            #expect(
                sampler.indices(center: center, shotCount: count + 1, edges: .clamped) == entry["idx"]
                    as? [Int])
        }
        for entry in try #require(recorded["pretrain_shift"]) {
            let count = try #require(entry["num_shot_arg"] as? Int)
            let center = try #require(entry["center"] as? Int)
            let wanted = try #require(entry["dense"] as? [Int])
            let indices = sampler.indices(
                center: center, edges: .shifted, lastShifted: count - 1, lastClamped: count)
            #expect(indices == wanted)
            #expect(entry["sparse"] as? [Int] == [0, 16])
            if count >= 17, center < count {
                #expect(sampler.indices(center: center, shotCount: count, edges: .shifted) == wanted)
            }
        }
    }

    @Test(.enabled(if: Lab.parity != nil, "needs ../shared/parity"))
    func lossesOfTheReference() throws {
        let recorded = try Lab.open("tiny_pretext.safetensors")
        let facts = try #require(Lab.json("tiny_pretext.json") as? [String: Any])
        let network = try ModelFile(path: Lab.path("tiny_finetune.safetensors")).network
        var heads = PretextHeads(inputDimension: 96, hiddenDimension: 64, projectedDimension: 32, seed: 1)
        var fault: (any Error)?
        heads.visitParameters("loss.") { name, shape, values, range in
            do {
                let loaded = try recorded.floats(name)
                #expect(recorded.entry(name)?.shape == shape)
                values.replaceSubrange(range, with: loaded)
            } catch { fault = error }
        }
        #expect(fault == nil)
        let all = try Lab.matrix(recorded, "shot_repr")
        let (ends, windows) = Self.split(all, windows: 6)
        let boundaries = try #require(facts["boundary_index"] as? [Int])
        let negatives = try #require(facts["pp_negative"] as? [Int])
        let partners = try #require(facts["cgm_sampled_left_right"] as? [[Int]])
        let mask = try Lab.matrix(recorded, "msm_mask")
        let cost = try Lab.matrix(recorded, "dtw_cost")
        let model = PretextModel(network: network, heads: heads)
        let options = PretextOptions()
        var step = PretextStep(network: network, batch: 6, options: options)
        var gradient = model.zeroed()
        var random = RandomStream(seed: 1, purpose: .pretextDraws)
        let batch = try Self.batch(ends: ends, windows: windows, options: options)
        let losses = step.run(
            model, PretextStep.Input(ends: ends, windows: windows), options: options, gradient: &gradient,
            dropout: nil
        ) { projectedEnds, projectedShots in
            let outputs = Self.joined(projectedEnds, projectedShots, windows: 6)
            #expect(
                Lab.largestDifference(outputs, (try? recorded.floats("head_nce_out")) ?? []) < 1e-5)
            var choices = batch.choices(
                projectedEnds: projectedEnds, projectedShots: projectedShots, using: &random)
            #expect(choices.scenes.map(\.boundary) == boundaries)
            for (window, scene) in choices.scenes.enumerated() {
                let rows = Matrix(
                    rows: 2, columns: 17, values: cost.row(2 * window) + cost.row(2 * window + 1))
                #expect(scene == PseudoScenes(warping: rows))
            }
            choices.negatives = negatives
            choices.partners = partners.map { ($0[0], $0[1]) }
            choices.masks = (0..<6).map { mask.row($0).map { $0 == 1 } }
            return choices
        }
        let wanted = try #require(facts["losses"] as? [String: Double])
        for (name, value) in [
            ("ssm_loss", losses.shotSceneMatching), ("cgm_loss", losses.groupMatching),
            ("pp_loss", losses.boundaryPrediction), ("msm_loss", losses.maskedModeling),
        ] {
            let difference = try abs(value - #require(wanted[name]))
            print("\(name): \(value), difference from the recorded \(difference)")
            #expect(difference < 1e-5, "\(name)")
        }
        try Self.compareWithPyTorch(&gradient)
    }

    /// The gradient of the four tasks' sum against what `fixtures/pretext/gradients.py` found for the same
    /// step.
    private static func compareWithPyTorch(
        _ gradient: inout PretextModel<ContextualRelationNetwork>
    ) throws {
        let path = Lab.repository.appending(path: "fixtures/pretext/gradients.json")
        let recorded = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: [Double]])
        var names: Set<String> = []
        var worst = 0.0
        gradient.visitParameters("") { name, _, values, range in
            names.insert(name)
            guard let wanted = recorded[name] else { return #expect(Bool(false), "\(name)") }
            var (squares, along) = (0.0, 0.0)
            for (index, value) in values[range].enumerated() {
                squares += Double(value) * Double(value)
                along += Double(value) * cos(Double(index))
            }
            let error =
                max(abs(squares.squareRoot() - wanted[0]), abs(along - wanted[1])) / (wanted[0] + 1e-3)
            worst = max(worst, error)
            #expect(error < 1e-3, "\(name): \(squares.squareRoot()) and \(along), expected \(wanted)")
        }
        print(
            "\(names.count) gradients of the pretext tasks, difference from PyTorch's \(worst) of the length")
        #expect(names == Set(recorded.keys))
    }

    // MARK: Gradients

    static let small = PretextModel(
        network: NetworkGradientTests.transformer(),
        heads: PretextHeads(inputDimension: 7, hiddenDimension: 12, projectedDimension: 5, seed: 4))

    @Test(
        arguments: [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (1, 0.5, 2, 3)]
            as [(Float, Float, Float, Float)])
    func gradients(weights: (Float, Float, Float, Float)) {
        let options = PretextOptions(
            shotSceneMatching: weights.0, groupMatching: weights.1, boundaryPrediction: weights.2,
            maskedModeling: weights.3, temperature: 0.5)
        // Heads of ordinary size, so that differences are well above rounding.
        var model = Self.small
        model.visitParameters("") { name, _, values, range in
            if name.contains("head_"), !name.contains("LayerNorm") {
                for index in range { values[index] *= name.contains("nce") ? 1 : 20 }
            }
        }
        let windows = Lab.random(3 * 5, 7, seed: 21)
        let ends = Lab.random(3 * 2, 7, seed: 22)
        let choices = PretextChoices(
            scenes: [
                PseudoScenes(boundary: 1, shotCount: 5), PseudoScenes(boundary: 3, shotCount: 5),
                PseudoScenes(boundary: 0, left: [0, 1], right: [1, 2, 3, 4]),
            ], negatives: [3, 0, 4], partners: [(0, 4), (1, 4), (0, 3)],
            masks: [
                [true, false, false, false, true], [false, false, true, false, false],
                [false, true, true, false, false],
            ])
        func losses(
            _ model: PretextModel<ContextualRelationNetwork>,
            _ gradient: inout PretextModel<ContextualRelationNetwork>
        ) -> PretextLosses {
            var step = PretextStep(network: model.network, batch: 3, options: options)
            return step.run(
                model, PretextStep.Input(ends: ends, windows: windows), options: options, gradient: &gradient,
                dropout: Dropout(rate: 0.2, key: 5)
            ) { _, _ in choices }
        }
        var gradient = model.zeroed()
        _ = losses(model, &gradient)
        inputGradients(model, ends, windows, choices, options)
        let worst = Lab.worstGradient(model, gradient: gradient, places: 3, step: 5e-3, isFourth: true) {
            var unused = $0.zeroed()
            return losses($0, &unused).total(options)
        }
        #expect(worst.error < 0.03, "\(worst.name)")
    }

    /// Those for embeddings that are not frozen. No gradient flows through the targets of masked modeling, so
    /// where that task counts only shots that no mask hides are compared.
    func inputGradients(
        _ model: PretextModel<ContextualRelationNetwork>, _ ends: Matrix, _ windows: Matrix,
        _ choices: PretextChoices, _ options: PretextOptions
    ) {
        func run(_ ends: Matrix, _ windows: Matrix) -> (Double, PretextStep<ContextualRelationNetwork>.Input?)
        {
            var step = PretextStep(
                network: model.network, batch: 3, options: options, needsInputGradient: true)
            var unused = model.zeroed()
            let losses = step.run(
                model, PretextStep.Input(ends: ends, windows: windows), options: options, gradient: &unused,
                dropout: Dropout(rate: 0.2, key: 5)
            ) { _, _ in choices }
            return (losses.total(options), step.dInput)
        }
        guard let slope = run(ends, windows).1 else { return #expect(Bool(false), "no gradient") }
        #expect(
            EncoderGradientTests.worstInput(ends, slope.ends, step: 5e-3) { run($0, windows).0 } < 0.01)
        let masks = choices.masks.flatMap(\.self)
        for row in 0..<15 where options.maskedModeling == 0 || !masks[row] {
            for column in [0, 3, 6] {
                func moved(_ by: Float) -> Double {
                    var copy = windows
                    copy[row, column] += by
                    return run(ends, copy).0
                }
                let near = moved(5e-3) - moved(-5e-3)
                let measured = (8 * near - (moved(1e-2) - moved(-1e-2))) / 0.06
                #expect(abs(measured - Double(slope.windows[row, column])) < 0.01 * (1 + abs(measured)))
            }
        }
    }

    // MARK: Pseudo-boundaries

    @Test func averagedFormulaByHand() {
        // Similar to the left end up to position 2, to the right end from 3 on.
        let similarities = Matrix(
            rows: 2, columns: 7, values: [1, 0.9, 0.8, 0.1, 0.2, 0.1, 0, 0, 0.1, 0.2, 0.9, 0.8, 0.9, 1])
        #expect(PseudoScenes(averaging: similarities).boundary == 2)
        #expect(PseudoScenes(averaging: similarities).left == [0, 1, 2])
        let between = PseudoScenes(anchors: 1...5, similarities: similarities)
        #expect(between.boundary == 2 && between.left == [1, 2] && between.right == [3, 4, 5])
    }

    /// The sums and the means disagree: many half-similar shots against few similar ones.
    @Test func sumsAndMeansDiffer() {
        let similarities = Matrix(
            rows: 2, columns: 6, values: [1, 0.9, 0.4, 0.4, 0.4, 0, 0, 0.0, 0.35, 0.35, 0.35, 1])
        var cost = similarities
        for side in 0..<2 {
            for shot in 0..<6 { cost[side, shot] = 1 - similarities[side, shot] }
        }
        #expect(PseudoScenes(warping: cost).boundary == 4)
        #expect(PseudoScenes(averaging: similarities).boundary == 1)
    }

    @Test func anchorsFollowDurations() {
        let durations: [Double] = [1, 10, 1, 10, 1, 10, 1, 10, 1]
        var shares: [AnchorSampling: Double] = [:]
        for sampling in AnchorSampling.allCases {
            var random = RandomStream(seed: 3, purpose: .pretextDraws)
            var short = 0
            for _ in 0..<2000 {
                let range = sampling.draw(durations: durations, using: &random)
                #expect(range.count >= 4)
                if sampling == .side { #expect(range == 0...8) }
                short += [range.lowerBound, range.upperBound].count { durations[$0] == 1 }
            }
            shares[sampling] = Double(short) / 4000
        }
        #expect((shares[.inverseDuration] ?? 0) > 0.85)
        #expect((shares[.duration] ?? 1) < 0.2)
    }

    @Test func joinedWindowsComeFromTwoFilms() {
        let films = (0..<3).map { film in
            TrainingFilm(
                id: "\(film)",
                embeddings: Matrix(
                    rows: 9, columns: 2, values: (0..<9).flatMap { [Float(film), Float($0)] }),
                durations: Array(repeating: 1, count: 9))
        }
        var random = RandomStream(seed: 9, purpose: .pretextDraws)
        let places = ShotPlace.all(films)
        let batch = PretextBatch(
            places, films: films, sampler: WindowSampler(neighborCount: 2),
            options: PretextOptions(rule: .synthesised, viewDropout: 0), using: &random)
        for (window, join) in batch.joins.enumerated() {
            let own = (0..<5).map { batch.windows[window * 5 + $0, 0] }
            #expect(own[...join].allSatisfy { $0 == Float(places[window].film) })
            #expect(own[(join + 1)...].allSatisfy { $0 != Float(places[window].film) })
            #expect(batch.ends.row(2 * window) == batch.windows.row(window * 5))
        }
    }

    @Test func choicesKeepTheirRules() {
        var random = RandomStream(seed: 2, purpose: .pretextDraws)
        let scenes = (0..<400).map { PseudoScenes(boundary: $0 % 16, shotCount: 17) }
        let choices = PretextChoices(scenes: scenes, shotCount: 17, maskShare: 0.15, using: &random)
        for (window, scene) in scenes.enumerated() {
            #expect(choices.negatives[window] != scene.boundary)
            #expect(scene.left.contains(choices.partners[window].left))
            #expect(scene.right.contains(choices.partners[window].right))
            #expect(choices.partners[window].left != 8 && choices.partners[window].right != 8)
            #expect(choices.masks[window].contains(true))
        }
        let hidden = choices.masks.joined().count { $0 }
        #expect(abs(Double(hidden) / 6800 - 0.155) < 0.02)
        #expect(Set(choices.negatives) == Set(0..<17))
    }

    @Test func partnersOfSingleShots() {
        let units = UnitRows(Matrix(rows: 5, columns: 2, values: [0, 1, 1, 0.2, 1, 0, 0.5, 1, 1, 0.1])).values
        #expect(ShotLevelPretext.instance.partner(units.block) == 2)
        #expect(ShotLevelPretext.temporal.partner(units.block) == 3)
        #expect(ShotLevelPretext.nearestNeighbor.partner(units.block) == 4)
    }

    @Test(arguments: ShotLevelPretext.allCases)
    func shotLevelGradient(kind: ShotLevelPretext) {
        let heads = PretextHeads(inputDimension: 7, hiddenDimension: 4, projectedDimension: 5, seed: 4)
        let (windows, centers) = (Lab.random(20, 7, seed: 31), Lab.random(4, 7, seed: 32))
        var gradient = heads.zeroed()
        var dWindows: Matrix? = Matrix(rows: 20, columns: 7)
        var dCenters: Matrix? = Matrix(rows: 4, columns: 7)
        func loss(_ heads: PretextHeads, _ windows: Matrix, _ centers: Matrix) -> Double {
            var unused = heads.zeroed()
            var (none, nobody): (Matrix?, Matrix?) = (nil, nil)
            return kind.addGradient(
                heads, windows: windows, centers: centers, temperature: 0.5, gradient: &unused,
                dWindows: &none, dCenters: &nobody)
        }
        _ = kind.addGradient(
            heads, windows: windows, centers: centers, temperature: 0.5, gradient: &gradient,
            dWindows: &dWindows, dCenters: &dCenters)
        let worst = Lab.worstGradient(heads, gradient: gradient, step: 1e-3) { loss($0, windows, centers) }
        #expect(
            EncoderGradientTests.worstInput(windows, dWindows ?? windows, step: 2e-3) {
                loss(heads, $0, centers)
            } < 5e-3)
        #expect(
            EncoderGradientTests.worstInput(centers, dCenters ?? centers, step: 2e-3) {
                loss(heads, windows, $0)
            } < 5e-3)
        #expect(worst.error < 0.03, "\(worst.name)")
    }

    // MARK: Helpers

    /// [B (2 + S), E] as recorded: the two ends, then the window.
    static func split(_ all: Matrix, windows count: Int) -> (ends: Matrix, windows: Matrix) {
        let size = all.rows / count
        var (ends, windows): ([Float], [Float]) = ([], [])
        for row in 0..<all.rows {
            if row % size < 2 { ends += all.row(row) } else { windows += all.row(row) }
        }
        return (
            Matrix(rows: 2 * count, columns: all.columns, values: ends),
            Matrix(rows: (size - 2) * count, columns: all.columns, values: windows)
        )
    }

    static func joined(_ ends: Matrix, _ windows: Matrix, windows count: Int) -> [Float] {
        let size = windows.rows / count
        return (0..<count).flatMap { (window: Int) -> [Float] in
            let inner: [Float] = (0..<size).flatMap { windows.row(window * size + $0) }
            return ends.row(2 * window) + ends.row(2 * window + 1) + inner
        }
    }

    /// A batch whose windows are given.
    static func batch(ends: Matrix, windows: Matrix, options: PretextOptions) throws -> PretextBatch {
        let count = ends.rows / 2
        let size = windows.rows / count
        let films = (0..<count).map { film in
            TrainingFilm(
                id: "\(film)",
                embeddings: Matrix(
                    rows: size, columns: windows.columns,
                    values: (0..<size).flatMap { windows.row(film * size + $0) }),
                durations: Array(repeating: 1, count: size))
        }
        var random = RandomStream(seed: 1, purpose: .augmentation)
        let batch = PretextBatch(
            (0..<count).map { ShotPlace(film: $0, shot: 0) }, films: films,
            sampler: WindowSampler(neighborCount: size / 2), options: options, using: &random)
        try #require(batch.windows == windows)
        return batch
    }
}
