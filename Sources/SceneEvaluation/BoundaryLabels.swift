package import TextFiles

/// Where scenes of one film end, read from any form of label file that this library knows, and the events of
/// scened.
package struct BoundaryLabels: Hashable, Sendable {
    package enum Form: Hashable, Sendable {
        /// By shot, counted from 0: whether a scene ends with it; nil where the file leaves it open (-1).
        case shots([Int: Bool?])
        /// Seconds at which scenes begin, the film's start left out; an interval where the scene before ends
        /// earlier.
        case times([ClosedRange<Double>])
    }

    /// What may name the film.
    package var names: [String]
    package var form: Form
    /// Times count as players do, from the start of the file; else from its first picture.
    package var countsFromStart = false

    /// Reads a file, or every file of a folder. Of events, the boundaries count that are final.
    package static func read(
        _ path: String, from text: TextSource = TextFile.init(path:)
    ) throws(EvaluationError) -> [BoundaryLabels] {
        var labels: [BoundaryLabels] = []
        let sources = try EvaluationError.reading { () throws(TextFileError) in
            try FilmSource.readLabels(path, from: text)
        }
        for source in sources {
            switch source {
            case .tables(let tables):
                for table in tables {
                    let shots = table.rows.map { ($0.shot, $0.label) }
                    guard shots.contains(where: { $0.1 != nil }) else {
                        throw .mismatch(
                            problem: "\(path): the rows of film '\(table.film)' have no label",
                            remedy: "give a column 'label' of 0 and 1")
                    }
                    labels.append(
                        BoundaryLabels(
                            names: [table.film],
                            form: .shots(Dictionary(uniqueKeysWithValues: shots))))
                }
            case .scenes(let scenes):
                labels.append(
                    BoundaryLabels(
                        names: [scenes.film], form: .times(scenes.boundaries),
                        countsFromStart: scenes.countsFromStart))
            case .events(let events):
                labels.append(
                    BoundaryLabels(names: events.names, form: .times(events.boundaries.map { $0...$0 })))
            }
        }
        return labels
    }
}
