import Foundation
import NeuralNet
import SceneEvaluation
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Examples with what they show.
enum ProbeLab {
    /// `count` examples of each of `recordings`; labels `axis0` and `axis1` are shown where the first or
    /// second input is above 0, give or take `noise`.
    static func examples(
        recordings: Int, count: Int, noise: Double = 0.2, seed: UInt64 = 1, isKnown: Bool = true,
        areUnits: Bool = false
    ) -> ProbeExamples {
        var generator = RandomStream(seed: seed, purpose: .synthesis)
        var inputs: [Float] = []
        var answers: [[Bool?]] = []
        for _ in 0..<recordings * count {
            let values = (0..<6).map { _ in 2 * generator.fraction() - 1 }
            let length = areUnits ? values.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
            inputs += values.map { Float($0 / length) }
            answers.append(
                (0..<2).map { axis in
                    if !isKnown, generator.fraction() < 0.2 { return nil }
                    return values[axis] + noise * (2 * generator.fraction() - 1) > 0
                })
        }
        return ProbeExamples(
            labels: ["axis0", "axis1"],
            inputs: Matrix(rows: answers.count, columns: 6, values: inputs), answers: answers,
            recordings: (0..<recordings).flatMap { Array(repeating: $0, count: count) },
            starts: (0..<recordings * count).map { Int64($0 % count) })
    }

    static func finished(
        _ examples: ProbeExamples, _ settings: ProbeSettings = .standard, draws: Int = 0, seed: UInt64 = 1
    ) -> ProbeStudy {
        var study = ProbeStudy(examples, settings, seed: seed, draws: draws)
        while !study.isDone { study.step() }
        return study
    }

    static func description(_ study: ProbeStudy) -> ProbeDescription {
        ProbeDescription(
            encoder: "e", digest: nil, sceneEncoder: "mean-1",
            dimension: study.examples.inputs.columns, input: .scene, labels: study.examples.labels,
            preset: study.settings.name, settings: study.settings.json, seed: study.seed, validation: "{}",
            version: "0")
    }

    /// What `fixtures/probe/steps.py` recorded.
    struct Recorded: Decodable {
        struct Run: Decodable {
            var losses: [Double]
            var end: [String: [Float]]
        }
        struct Precision: Decodable {
            var scores: [Double]
            var shown: [Bool]
            var ap: Double
        }
        var widths: [Int]
        var start: [String: [Float]]
        var inputs: [Float]
        var targets: [Float]
        var known: [Float]
        var runs: [String: Run]
        var precision: [Precision]
    }

    static func recorded() throws -> Recorded {
        let file = Lab.repository.appending(path: "fixtures/probe/steps.json")
        return try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: file))
    }
}

@Suite struct ProbeTrainerTests {
    /// Networks that run away give no numbers; the study ends all the same, and says so.
    @Test func numbersThatRunAway() {
        var settings = ProbeSettings.standard
        settings.rate = .infinity
        let examples = ProbeLab.examples(recordings: 2, count: 12)
        #expect(!ProbeLab.finished(examples, settings, draws: 1).isFinite)
        settings.rate = ProbeSettings.standard.rate
        settings.epochs = 2
        #expect(ProbeLab.finished(examples, settings, draws: 1).isFinite)
    }

    private func network(_ parameters: [String: [Float]], _ widths: [Int]) -> ProbeNetwork {
        ProbeNetwork(
            layers: zip(widths, widths.dropFirst()).enumerated().map { place, widths in
                Linear(
                    weight: Matrix(
                        rows: widths.1, columns: widths.0,
                        values: parameters["layers.\(place).weight"] ?? []),
                    bias: parameters["layers.\(place).bias"] ?? [])
            })
    }

    /// Ten steps as PyTorch took them (`fixtures/probe/steps.py`).
    @Test(arguments: ["adam", "sgd"])
    func stepsOfPyTorch(name: String) throws {
        let recorded = try ProbeLab.recorded()
        let (known, targets) = (recorded.known, recorded.targets)
        let examples = ProbeExamples(
            labels: ["a", "b", "c"],
            inputs: Matrix(rows: 6, columns: 5, values: recorded.inputs),
            answers: (0..<6).map { row in
                (0..<3).map { known[3 * row + $0] == 0 ? nil : targets[3 * row + $0] == 1 }
            }, recordings: [0, 0, 0, 0, 0, 0], starts: [0, 1, 2, 3, 4, 5])
        var settings = ProbeSettings.standard
        settings.hidden = [4, 4]
        settings.isStandardized = false
        settings.rule = name == "adam" ? .adam(decay: 0.01) : .sgd(momentum: 0, decay: 0)
        settings.rate = name == "adam" ? 0.05 : 0.5
        let rows = Array(0..<6)
        var trainer = ProbeTrainer(
            settings, examples, rows: rows, seed: 1, network: network(recorded.start, recorded.widths))
        let run = try #require(recorded.runs[name])
        for wanted in run.losses {
            let step = trainer.step(examples, rows, dropout: nil)
            #expect(abs(step.loss - wanted) < 2e-6 && step.known == 17)
        }
        var (found, wanted) = (trainer.network, network(run.end, recorded.widths))
        var compared: [[Float]] = []
        wanted.visitParameters("") { compared.append(Array($2[$3])) }
        var tensor = 0
        found.visitParameters("") { name, _, values, range in
            #expect(Lab.largestDifference(Array(values[range]), compared[tensor]) < 1e-5, "\(name)")
            tensor += 1
        }
        #expect(tensor == 6 && run.losses.count == 10)
    }

    /// The gradient against differences of the loss, with dropout and with answers that are not known.
    @Test(arguments: [nil, Dropout(rate: 0.3, key: 11)])
    func gradients(dropout: Dropout?) {
        let examples = ProbeLab.examples(recordings: 1, count: 9, isKnown: false)
        var network = ProbeNetwork(inputs: 6, hidden: [7, 5], labels: 2, seed: 4)
        // Larger weights at the end than a fresh network has, so that every gradient has a size.
        network.layers[2] = Linear(
            weight: Lab.random(2, 5, seed: 8), bias: [0.1, -0.2])
        func loss(_ network: ProbeNetwork, _ gradient: inout ProbeNetwork?) -> Double {
            var trace = network.makeTrace(rows: 9)
            trace.inputs[0] = examples.inputs
            network.forward(&trace, dropout: dropout)
            let loss = binaryCrossEntropyGradient(
                &trace.logits, targets: examples.targets, weights: examples.known)
            if var fresh = gradient.take() {
                network.backward(&trace, gradient: &fresh)
                gradient = fresh
            }
            return loss
        }
        var gradient: ProbeNetwork? = network.zeroed()
        _ = loss(network, &gradient)
        let worst = Lab.worstGradient(network, gradient: gradient ?? network, step: 1e-3) {
            var none: ProbeNetwork?
            return loss($0, &none)
        }
        #expect(worst.error < 0.02, "\(worst)")
    }

    /// Every preset takes its steps on a few inputs of length 1 without leaving the numbers.
    @Test(arguments: ProbeSettings.presets)
    func presets(settings: ProbeSettings) {
        let examples = ProbeLab.examples(recordings: 2, count: 12, areUnits: true)
        let rows = Array(0..<24)
        var trainer = ProbeTrainer(settings, examples, rows: rows, seed: 3)
        let before = trainer.loss(examples, rows)
        for _ in 0..<30 { _ = trainer.round(examples) }
        let after = trainer.loss(examples, rows)
        #expect(after.isFinite && after < before + 0.5, "\(settings.name): \(before) to \(after)")
        #expect(settings.json.hasPrefix("{\"hidden\":[") && ProbeSettings.named(settings.name) == settings)
    }
}

@Suite struct ProbeFoldTests {
    /// Parts cover all rows once; no recording stands in two; labels are spread.
    @Test(arguments: [2, 3, 5, 9], [1, 7])
    func byRecording(recordings: Int, count: Int) {
        let examples = ProbeLab.examples(recordings: recordings, count: count)
        let folds = ProbeFolds(examples, rows: Array(0..<examples.count), manner: .recording)
        #expect(folds.count == min(5, recordings))
        var seen: [Int] = []
        for part in 0..<folds.count {
            let (others, held) = folds.split(part)
            #expect(!held.isEmpty && Set(others).union(held).count == examples.count)
            #expect(
                Set(others.map { examples.recordings[$0] }).isDisjoint(
                    with: held.map { examples.recordings[$0] }))
            seen += held
        }
        #expect(seen.sorted() == Array(0..<examples.count))
    }

    /// A label that two of ten recordings show is in two parts.
    @Test func rareLabels() {
        for first in 0..<9 {
            let answers: [[Bool?]] = (0..<100).map { [[first, 9].contains($0 / 10), $0 % 3 == 0] }
            let examples = ProbeExamples(
                labels: ["rare", "often"], inputs: Lab.random(100, 3, seed: 1), answers: answers,
                recordings: (0..<100).map { $0 / 10 }, starts: (0..<100).map { Int64($0) })
            let folds = ProbeFolds(examples, rows: Array(0..<100), manner: .recording)
            #expect(folds.measures(0, examples) && folds.measures(1, examples), "\(first)")
        }
    }

    @Test(arguments: [1, 3], [5, 6, 40, 101])
    func byTime(recordings: Int, count: Int) {
        let examples = ProbeLab.examples(recordings: recordings, count: count)
        let folds = ProbeFolds(examples, rows: Array(0..<examples.count), manner: .time)
        #expect(folds.count == 5)
        let sizes = (0..<5).map { folds.split($0).held.count }
        #expect(sizes.reduce(0, +) == examples.count && sizes.allSatisfy { $0 > 0 })
        // Neighbors mostly stand together where there are enough of them.
        if count == 101 {
            let parted = zip(folds.parts, folds.parts.dropFirst()).count { $0 != $1 }
            #expect(parted <= examples.count / 4)
        }
    }

    /// A label that stands in one recording, which is then measured by time, while another is by recording.
    @Test func oneRecording() {
        let answers: [[Bool?]] = (0..<60).map { [$0 < 20 && $0 % 2 == 0, $0 % 3 == 0] }
        let examples = ProbeExamples(
            labels: ["here", "everywhere"], inputs: Lab.random(60, 3, seed: 1), answers: answers,
            recordings: (0..<60).map { $0 / 20 }, starts: (0..<60).map { Int64($0) })
        let study = ProbeLab.finished(examples)
        #expect(study.manner(0) == .time && study.manner(1) == .recording)
        let report = study.report
        #expect(report.notes.contains { $0.hasPrefix("'here': shown, or not shown, in too few recordings") })
        #expect(
            report.tables[0].rows[0][4] == .text("time") && report.tables[0].rows[1][4] == .text("recording"))
    }
}

@Suite struct ProbeStudyTests {
    /// Average precision as scikit-learn gives it.
    @Test func precisionOfScikitLearn() throws {
        let cases = try ProbeLab.recorded().precision
        for entry in cases {
            let figures = TagFigures(
                zip(entry.scores, entry.shown).map { .init(score: $0, probability: 0.5, isShown: $1) })
            let precision = try #require(figures.averagePrecision)
            #expect(abs(precision - entry.ap) < 1e-9)
        }
        #expect(cases.count == 2)
    }

    /// What can be learned is, on recordings that were held out; what is drawn at random is not.
    @Test func learns() throws {
        let figures = (0..<2).map {
            ProbeLab.finished(ProbeLab.examples(recordings: 4, count: 40)).figures($0)
        }
        for figure in figures {
            let precision = try #require(figure.averagePrecision)
            let error = try #require(figure.calibrationError)
            let chance = try #require(figure.chance)
            #expect(precision > 0.9 && error < 0.12 && abs(chance - 0.5) < 0.15)
        }
        var generator = RandomStream(seed: 5, purpose: .synthesis)
        let answers: [[Bool?]] = (0..<200).map { _ in [generator.fraction() < 0.3] }
        let random = ProbeExamples(
            labels: ["any"], inputs: Lab.random(200, 6, seed: 9), answers: answers,
            recordings: (0..<200).map { $0 / 40 }, starts: (0..<200).map { Int64($0) })
        let guess = ProbeLab.finished(random).figures(0)
        let precision = try #require(guess.averagePrecision)
        let error = try #require(guess.calibrationError)
        let chance = try #require(guess.chance)
        #expect(abs(precision - chance) < 0.15 && error < 0.12)
    }

    /// Equal seeds give equal bytes, another seed others.
    @Test func seeds() throws {
        let examples = ProbeLab.examples(recordings: 3, count: 20, isKnown: false)
        func bytes(_ seed: UInt64) throws -> [UInt8] {
            let study = ProbeLab.finished(examples, draws: 2, seed: seed)
            return try #require(study.probe(ProbeLab.description(study))).file.bytes()
        }
        #expect(try bytes(1) == bytes(1))
        #expect(try bytes(1) != bytes(2))
    }

    /// The curve has a row for each share and one for all, and rises where there is something to learn.
    @Test func learningCurve() throws {
        let study = ProbeLab.finished(ProbeLab.examples(recordings: 4, count: 30), draws: 3)
        let curve = try #require(study.report.tables.first { $0.key == "learning_curve" })
        #expect(curve.rows.map(\.[0]) == [30, 60, 90, 120].map { .count($0) })
        #expect(curve.rows.map(\.[1]) == [.count(3), .count(3), .count(3), .count(1)])
        let values = curve.rows.compactMap { row -> Double? in
            if case .share(let value) = row[2] { value } else { nil }
        }
        #expect(values.count == 4 && values[3] > values[0] && values.allSatisfy { 0...1 ~= $0 })
        guard case .share(let mean) = study.report.tables[1].rows[0][0] else {
            return #expect(Bool(false), "no mAP")
        }
        #expect(values[3] == mean)
        #expect(study.report.notes.contains { $0.hasPrefix("from 60 to 120 examples mAP ") })
        #expect(!ProbeLab.finished(study.examples).report.tables.contains { $0.key == "learning_curve" })
    }

    @Test func shortages() {
        func shortage(_ answers: [Bool?]) -> String? {
            ProbeExamples(
                labels: ["x"], inputs: Lab.random(answers.count, 2, seed: 1), answers: answers.map { [$0] },
                recordings: answers.map { _ in 0 }, starts: answers.indices.map { Int64($0) }
            ).shortage
        }
        let (shown, hidden) = ([Bool?](repeating: true, count: 5), [Bool?](repeating: false, count: 5))
        #expect(shortage(shown + hidden) == nil)
        #expect(
            shortage(Array(shown.dropFirst(2)) + hidden)?.hasPrefix("'x' has 3 examples, and 5 are") == true)
        #expect(shortage(shown)?.hasPrefix("0 examples are known not to show 'x'") == true)
        #expect(shortage(shown + [nil, nil, nil, nil, nil]) != nil)
    }
}
