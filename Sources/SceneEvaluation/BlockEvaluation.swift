package import TextFiles
internal import Timeline

/// Labels and blocks in, figures of block segmentation out.
package enum BlockEvaluation {
    package struct Request: Hashable, Sendable {
        /// One file per film.
        package var truth: [String]
        /// One file of events per film, in the same order.
        package var predictions: [String]
        /// Seconds by which an edge of a break may be off.
        package var tolerance: Double

        package init(truth: [String], predictions: [String], tolerance: Double = 2) {
            self.truth = truth
            self.predictions = predictions
            self.tolerance = tolerance
        }
    }

    /// What figures are made of; sums over films.
    struct Counts: Hashable, Sendable {
        /// Seconds of breaks: labeled, found, and both.
        var labeled = 0.0
        var found = 0.0
        var common = 0.0
        /// Beginnings and ends of breaks.
        var edges = DetectionFigures(found: 0, falsePositives: 0, missed: 0)
        /// Whole breaks: most of both is common.
        var breaks = DetectionFigures(found: 0, falsePositives: 0, missed: 0)
        /// Seconds whose kind is labeled, and is right.
        var kinds = 0.0
        var rightKinds = 0.0
        /// Seconds of programs, and of those what was called something else.
        var programs = 0.0
        var falseAlarms = 0.0
        var delays: [Double] = []

        init() {}

        init(truth: LabeledBlocks, found blocks: LabeledBlocks, tolerance: Double) {
            let (real, mine) = (truth.breaks, blocks.breaks)
            (labeled, found, common) = (Self.length(real), Self.length(mine), Self.overlap(real, mine))
            edges =
                Self.matched(real.map(\.start), mine.map(\.start), tolerance)
                + Self.matched(real.map(\.end), mine.map(\.end), tolerance)
            let whole = real.filter { span in
                mine.contains { other in
                    let union = max(span.end, other.end) - min(span.start, other.start)
                    return Self.overlap([span], [other]) > union / 2
                }
            }
            breaks = DetectionFigures(
                found: whole.count, falsePositives: mine.count - whole.count,
                missed: real.count - whole.count)
            for kind in Block.Kind.allCases {
                let spans = truth.entries.filter { $0.kind == kind }.map(\.range)
                let others = blocks.entries.filter { $0.kind == kind }.map(\.range)
                kinds += Self.length(spans)
                rightKinds += Self.overlap(spans, others)
                guard kind == .program else { continue }
                programs = Self.length(spans)
                falseAlarms = Self.overlap(spans, blocks.entries.filter { $0.kind != kind }.map(\.range))
            }
            delays = blocks.entries.compactMap(\.delay)
        }

        static func + (left: Counts, right: Counts) -> Counts {
            var sum = left
            sum.labeled += right.labeled
            sum.found += right.found
            sum.common += right.common
            sum.edges = left.edges + right.edges
            sum.breaks = left.breaks + right.breaks
            sum.kinds += right.kinds
            sum.rightKinds += right.rightKinds
            sum.programs += right.programs
            sum.falseAlarms += right.falseAlarms
            sum.delays += right.delays
            return sum
        }

        private static func length(_ spans: [ShotRange]) -> Double {
            spans.reduce(0) { $0 + $1.end - $1.start }
        }

        /// Seconds that lie in both. O(spans x spans).
        private static func overlap(_ one: [ShotRange], _ two: [ShotRange]) -> Double {
            one.reduce(0) { sum, span in
                two.reduce(sum) { $0 + max(0, min(span.end, $1.end) - max(span.start, $1.start)) }
            }
        }

        /// One to one, the nearest first in order of the labels.
        private static func matched(_ real: [Double], _ mine: [Double], _ tolerance: Double)
            -> DetectionFigures
        {
            var free = mine
            var found = 0
            for edge in real {
                let nearest = free.indices.min { abs(free[$0] - edge) < abs(free[$1] - edge) }
                guard let nearest, abs(free[nearest] - edge) <= tolerance else { continue }
                free.remove(at: nearest)
                found += 1
            }
            return DetectionFigures(found: found, falsePositives: free.count, missed: real.count - found)
        }
    }

    /// Reads the files of `request` and reports. Throws on the first input that does not fit.
    package static func report(
        _ request: Request, from text: TextSource = TextFile.init(path:)
    ) throws(EvaluationError) -> EvaluationReport {
        guard request.truth.count == request.predictions.count, !request.truth.isEmpty else {
            throw .mismatch(
                problem: "\(request.truth.count) files of labels and \(request.predictions.count) of events",
                remedy: "give one file of events per file of labels, in the same order")
        }
        var films: [(name: String, counts: Counts)] = []
        for (truthPath, path) in zip(request.truth, request.predictions) {
            let truth = try LabeledBlocks.read(path: truthPath, from: text)
            let found = try LabeledBlocks.read(path: path, from: text)
            films.append((truth.film, Counts(truth: truth, found: found, tolerance: request.tolerance)))
        }
        return report(films, tolerance: request.tolerance)
    }

    private static func report(_ films: [(name: String, counts: Counts)], tolerance: Double)
        -> EvaluationReport
    {
        let sum = films.reduce(Counts()) { $0 + $1.counts }
        let slowest = sum.delays.max()
        return EvaluationReport(
            kind: "blocks", settings: [("films", .count(films.count)), ("tolerance", .seconds(tolerance))],
            tables: [
                ReportTable(
                    key: "figures", title: "Breaks, sums over films, shares in percent",
                    columns: [
                        .init("of", "of"), .init("precision", "precision"), .init("recall", "recall"),
                        .init("f1", "F1"),
                    ],
                    rows: [
                        [
                            .text("time"), share(sum.common, of: sum.found),
                            share(sum.common, of: sum.labeled),
                            share(2 * sum.common, of: sum.found + sum.labeled),
                        ],
                        row("edges", sum.edges), row("breaks", sum.breaks),
                    ]),
                ReportTable(
                    key: "kinds", title: "Kinds and delay",
                    columns: [.init("figure", "figure"), .init("value", "value")],
                    rows: [
                        [.text("time whose kind is right"), share(sum.rightKinds, of: sum.kinds)],
                        [
                            .text("time of programs called something else"),
                            share(sum.falseAlarms, of: sum.programs),
                        ],
                        [.text("the same, seconds"), .seconds(sum.falseAlarms)],
                        [.text("longest delay of a block"), slowest.map(ReportCell.seconds) ?? .none],
                    ]),
                ReportTable(
                    key: "films", title: "Film by film, F1 in percent",
                    columns: [
                        .init("film", "film"), .init("time_f1", "time"), .init("edges_f1", "edges"),
                        .init("breaks_f1", "breaks"), .init("kinds", "kinds"),
                    ],
                    rows: films.map { film in
                        let counts = film.counts
                        return [
                            .text(film.name), share(2 * counts.common, of: counts.found + counts.labeled),
                            f1(counts.edges), f1(counts.breaks), share(counts.rightKinds, of: counts.kinds),
                        ]
                    }),
            ],
            notes: [
                "a break is a stretch without a program: adverts, trailers and idents in a row; black of up to 1.5 s between "
                    + "them belongs to it",
                "edges: beginnings and ends of breaks, one to one within the tolerance; breaks: more than half of the labeled "
                    + "one and the found one together is common to both",
            ])
    }

    private static func row(_ name: String, _ figures: DetectionFigures) -> [ReportCell] {
        [
            .text(name), share(Double(figures.found), of: Double(figures.found + figures.falsePositives)),
            share(Double(figures.found), of: Double(figures.found + figures.missed)), f1(figures),
        ]
    }

    private static func f1(_ figures: DetectionFigures) -> ReportCell {
        share(
            Double(2 * figures.found), of: Double(2 * figures.found + figures.falsePositives + figures.missed)
        )
    }

    /// Nothing where there is nothing to find.
    private static func share(_ part: Double, of whole: Double) -> ReportCell {
        whole > 0 ? .share(part / whole) : .none
    }
}
