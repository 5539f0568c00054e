package import SceneEvaluation

extension ProbeStudy {
    /// What the study found, once all is done.
    package var report: EvaluationReport {
        let labels = examples.labels.indices
        let figures = labels.map { self.figures($0) }
        let rows = labels.map { label in
            let counts = examples.counts(label)
            let figure = figures[label]
            let recordings = Set(
                (0..<examples.count).filter { examples.answer($0, label) == true }.map {
                    examples.recordings[$0]
                }
            ).count
            return [
                .text(examples.labels[label]), .count(counts.shown), .count(counts.hidden),
                .count(recordings), .text(manner(label).rawValue),
            ] + Self.cells(figure)
        }
        let mean = Self.mean(figures.map(\.averagePrecision))
        var tables = [
            ReportTable(
                key: "labels", title: "Labels, each example judged by a network that did not see it",
                columns: [
                    .init("label", "label"), .init("shown", "shown"), .init("hidden", "not shown"),
                    .init("recordings", "recordings"), .init("held_out", "held out by"),
                ] + Self.columns, rows: rows),
            ReportTable(
                key: "mean", title: "Mean of the labels",
                columns: [.init("map", "mAP"), .init("chance", "chance")],
                rows: [[Self.cell(mean), Self.cell(Self.mean(figures.map(\.chance)))]]),
        ]
        if draws > 0 { tables.append(curveTable) }
        return EvaluationReport(
            kind: "probe",
            settings: [
                ("preset", .text(settings.name)), ("examples", .count(examples.count)),
                ("recordings", .count(examples.recordingCount)), ("rounds", .count(rounds)),
                ("seed", .text("\(seed)")),
            ], tables: tables, notes: notes)
    }

    private static let columns: [ReportTable.Column] = [
        .init("chance", "chance"), .init("ap", "AP"), .init("precision_at_recall_50", "P at R 50"),
        .init("precision_at_recall_80", "P at R 80"), .init("precision_at_recall_90", "P at R 90"),
        .init("calibration_error", "ECE"),
    ]

    private static func cells(_ figures: TagFigures) -> [ReportCell] {
        [figures.chance, figures.averagePrecision].map(cell)
            + [0.5, 0.8, 0.9].map { cell(figures.precision(atRecall: $0)) } + [cell(figures.calibrationError)]
    }

    private static func cell(_ value: Double?) -> ReportCell { value.map(ReportCell.share) ?? .none }

    private static func mean(_ values: [Double?]) -> Double? {
        let values = values.compactMap(\.self)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Examples that share `share` of the curve takes.
    private func count(_ share: Double) -> Int { Int((share * Double(examples.count)).rounded()) }

    private var curveTable: ReportTable {
        var rows = zip(Self.shares, curve).map { share, values -> [ReportCell] in
            let mean = values.reduce(0, +) / Double(values.count)
            return [
                .count(count(share)), .count(values.count), .share(mean), .share(values.min() ?? mean),
                .share(values.max() ?? mean),
            ]
        }
        rows.append([
            .count(examples.count), .count(1), .share(fullPrecision), .share(fullPrecision),
            .share(fullPrecision),
        ])
        return ReportTable(
            key: "learning_curve", title: "mAP with fewer examples, drawn at random",
            columns: [
                .init("examples", "examples"), .init("draws", "draws"), .init("map", "mAP"),
                .init("least", "least"), .init("most", "most"),
            ], rows: rows)
    }

    private var notes: [String] {
        var notes: [String] = []
        let byTime = examples.labels.indices.filter { manner($0) == .time }
        if examples.recordingCount == 1 {
            notes.append(
                "all examples are of one recording: neighbors in time look alike, so that the figures flatter; give examples of others"
            )
        } else if !byTime.isEmpty {
            let names = byTime.prefix(3).map { "'\(examples.labels[$0])'" }.joined(separator: ", ")
            notes.append(
                "\(names)\(byTime.count > 3 ? " and \(byTime.count - 3) more" : ""): shown, or not shown, in too few recordings to hold one out, so that the figures flatter; give examples of others"
            )
        }
        notes.append(
            "probabilities hold where labels are as frequent as among the examples (chance)")
        if draws > 0 { notes.append(outlook) }
        return notes
    }

    /// What more examples would bring, as far as the curve tells.
    private var outlook: String {
        let half = curve[1]
        let mean = half.reduce(0, +) / Double(half.count)
        let gain = fullPrecision - mean
        // How far a choice of half of the examples lies from another.
        let spread = (half.max() ?? mean) - (half.min() ?? mean)
        func points(_ value: Double) -> String { Decimals.fixed(value * 100, digits: 1) }
        let found =
            "from \(count(Self.shares[1])) to \(examples.count) examples mAP \(gain < 0 ? "fell" : "rose") by \(points(abs(gain))) points"
        guard half.count > 1 else { return "\(found); with more --draws it shows how far chance moves that" }
        let noise = "two choices of \(count(Self.shares[1])) differ by up to \(points(spread))"
        if gain <= max(spread, 0.005) {
            return
                "\(found), and \(noise): no gain can be told from chance, and \(examples.count) more of the same recordings may not help; other recordings may"
        }
        return
            "\(found), and \(noise): \(examples.count) more of such recordings may bring up to as much again, as curves of this kind flatten; of other recordings nothing is known"
    }
}
