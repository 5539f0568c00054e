internal import NeuralNet
package import SceneEvaluation
package import SceneModel
internal import SceneSegmentation
internal import TensorKernels

/// Teaches a probe and measures it: every example is judged once by a network that has not seen it, nor its
/// recording where there are several. Then one network learns from all of them.
///
/// A value that does one training after the other, so that its caller can show progress and stop. Equal
/// examples, settings and seeds give equal results.
package struct ProbeStudy: Sendable {
    /// Shares of the examples that the learning curve takes, beside all.
    package static let shares = [0.25, 0.5, 0.75]

    package let examples: ProbeExamples
    package let settings: ProbeSettings
    package let seed: UInt64
    /// Random choices of examples for each share of the learning curve; 0: no curve.
    package let draws: Int

    /// How labels were parted that are measured in this manner.
    struct Held: Sendable {
        let folds: ProbeFolds
        /// [N, L]: of each row by the network that did not see it.
        var logits: Matrix
    }

    private enum Job: Hashable, Sendable {
        case rounds(part: Int)
        case fold(manner: Int, part: Int)
        case draw(share: Int, draw: Int, part: Int)
        case final
    }

    /// The first is by recording, where that measures a label; by time follows where it alone measures some.
    private(set) var held: [Held]
    /// Which of them measures each label.
    let measuredBy: [Int]
    private var jobs: [Job]
    private var done = 0
    /// Rounds that the other examples of each part chose.
    private var epochs: [Int] = []
    /// Of the draw at work.
    private var drawn: Matrix
    /// mAP of each draw, by share.
    private(set) var curve: [[Double]] = shares.map { _ in [] }
    private var final: ProbeTrainer?

    /// `examples`: without a shortage.
    package init(_ examples: ProbeExamples, _ settings: ProbeSettings, seed: UInt64, draws: Int) {
        (self.examples, self.settings, self.seed, self.draws) = (examples, settings, seed, draws)
        let rows = Array(0..<examples.count)
        let labels = examples.labels.indices
        var manners: [ProbeFolds] = []
        if examples.recordingCount > 1 {
            let folds = ProbeFolds(examples, rows: rows, manner: .recording)
            if labels.contains(where: { folds.measures($0, examples) }) { manners.append(folds) }
        }
        if !labels.allSatisfy({ manners.first?.measures($0, examples) ?? false }) {
            manners.append(ProbeFolds(examples, rows: rows, manner: .time))
        }
        measuredBy = labels.map { label in
            manners.firstIndex { $0.measures(label, examples) } ?? manners.count - 1
        }
        let logits = Matrix(rows: examples.count, columns: labels.count)
        held = manners.map { Held(folds: $0, logits: logits) }
        drawn = logits
        jobs = (0..<manners[0].count).map { .rounds(part: $0) }
        jobs += manners.enumerated().flatMap { manner, folds in
            (0..<folds.count).map { Job.fold(manner: manner, part: $0) }
        }
        for share in Self.shares.indices {
            for draw in 0..<draws {
                jobs += (0..<manners[0].count).map { .draw(share: share, draw: draw, part: $0) }
            }
        }
        jobs.append(.final)
    }

    package var jobCount: Int { jobs.count }
    package var doneCount: Int { done }
    package var isDone: Bool { done == jobs.count }
    /// Whether the networks that were trained give numbers. Where not, the settings do not suit the examples.
    package var isFinite: Bool {
        held.allSatisfy { $0.logits.values.allSatisfy(\.isFinite) } && final?.network.isFinite ?? true
    }

    /// Does one training; nothing once all are done.
    package mutating func step() {
        guard !isDone else { return }
        let job = jobs[done]
        done += 1
        switch job {
        case .rounds(let part):
            epochs.append(
                ProbeTrainer.epochs(
                    settings, examples, rows: held[0].folds.split(part).others, seed: seed))
        case .fold(let manner, let part):
            let (others, own) = held[manner].folds.split(part)
            let trainer = ProbeTrainer.trained(settings, examples, rows: others, epochs: rounds, seed: seed)
            held[manner].logits.take(trainer.logits(examples, own), rows: own)
        case .draw(let share, let draw, let part):
            learn(share, draw, part)
        case .final:
            let rows = Array(0..<examples.count)
            final = .trained(settings, examples, rows: rows, epochs: rounds, seed: seed)
        }
    }

    /// The median of what the parts chose: all networks train so long, as logits of networks that trained for
    /// different times have different sizes, and are ranked together.
    package var rounds: Int { epochs.sorted()[epochs.count / 2] }

    /// One part of a draw of the learning curve: the others' examples that were drawn, and as many steps as
    /// with all of them, so that only the number of examples differs.
    private mutating func learn(_ share: Int, _ draw: Int, _ part: Int) {
        let folds = held[0].folds
        let (others, own) = folds.split(part)
        // One order for a draw, whatever the share: a quarter lies within the half.
        var generator = RandomStream(seed: seed, purpose: .exampleDraws, step: draw)
        let order = generator.permutation(examples.count)
        let count = max(1, Int((Self.shares[share] * Double(examples.count)).rounded()))
        let chosen = Set(order.prefix(count))
        let rows = others.filter(chosen.contains)
        if !rows.isEmpty {
            func steps(_ rows: Int) -> Int { (rows + settings.batch - 1) / settings.batch }
            let trainer = ProbeTrainer.trained(
                settings, examples, rows: rows,
                epochs: max(1, (rounds * steps(others.count) + steps(rows.count) / 2) / steps(rows.count)),
                seed: seed)
            drawn.take(trainer.logits(examples, own), rows: own)
        }
        guard part == folds.count - 1 else { return }
        curve[share].append(meanPrecision(drawn))
        drawn.clear()
    }

    /// Mean over the labels that the first manner measures.
    private func meanPrecision(_ logits: Matrix) -> Double {
        let values = examples.labels.indices.filter { measuredBy[$0] == 0 }.compactMap { label in
            TagFigures(
                examples.known(label).map { row, isShown in
                    .init(score: Double(logits[row, label]), probability: 0, isShown: isShown)
                }
            ).averagePrecision
        }
        return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// mAP of the curve's labels with all examples.
    var fullPrecision: Double { meanPrecision(held[0].logits) }

    /// Figures of a label. Its probabilities come from calibrations that did not see the part they are
    /// measured on.
    package func figures(_ label: Int) -> TagFigures {
        let held = held[measuredBy[label]]
        let known = examples.known(label)
        let calibrations = (0..<held.folds.count).map { part in
            calibration(label, rows: known.filter { held.folds.parts[$0.row] != part })
        }
        return TagFigures(
            known.map { row, isShown in
                let logit = Double(held.logits[row, label])
                return .init(
                    score: logit, probability: calibrations[held.folds.parts[row]].probability(logit),
                    isShown: isShown)
            })
    }

    /// How a label was measured, and in how many recordings examples show it.
    package func manner(_ label: Int) -> ProbeFolds.Manner { held[measuredBy[label]].folds.manner }

    /// Platt's line through the logits of networks that did not see the rows.
    private func calibration(
        _ label: Int, rows: [(row: Int, isShown: Bool)]
    ) -> Probe.Calibration {
        let logits = held[measuredBy[label]].logits
        let fit = LogisticFit(rows.map { (Double(logits[$0.row, label]), $0.isShown) })
        return Probe.Calibration(slope: Float(fit.slope), intercept: Float(fit.intercept))
    }

    /// The probe, once all is done. The description's labels, preset, settings and seed are the study's.
    package func probe(_ description: ProbeDescription) -> Probe? {
        final.map { trainer in
            Probe(
                description, standardization: trainer.standardization, network: trainer.network,
                calibrations: examples.labels.indices.map { calibration($0, rows: examples.known($0)) })
        }
    }
}

extension ProbeExamples {
    /// The rows of which it is known whether they show a label.
    func known(_ label: Int) -> [(row: Int, isShown: Bool)] {
        (0..<count).compactMap { row in answer(row, label).map { (row, $0) } }
    }
}

extension Matrix {
    /// Row i of `other` takes the place of row `rows[i]`.
    fileprivate mutating func take(_ other: Matrix, rows: [Int]) {
        for (place, row) in rows.enumerated() { setRow(row, to: other.row(place)) }
    }
}
