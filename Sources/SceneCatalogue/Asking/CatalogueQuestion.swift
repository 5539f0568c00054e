/// A question about films, scenes, boundaries or shots, as one statement of SQL. A value without I/O.
package struct CatalogueQuestion: Hashable, Sendable {
    /// What a row of the answer is.
    package enum Subject: String, CaseIterable, Sendable {
        case scenes, films, boundaries, shots

        /// The orders in which its rows can come.
        package var orders: [Order] {
            switch self {
            case .scenes: [.name, .longest, .shortest, .score]
            case .films: [.name, .longest, .shortest, .doubtful]
            case .boundaries: [.name, .score, .doubtful]
            case .shots: [.name, .longest, .shortest]
            }
        }
    }

    package enum Order: String, CaseIterable, Sendable {
        case name, longest, shortest
        /// The highest score first; with a tag, what it fits best.
        case score
        /// The least above its threshold first.
        case doubtful
    }

    package var subject = Subject.scenes
    /// Seconds, both ends included.
    package var longerThan: Double?
    package var shorterThan: Double?
    /// A pattern of names, with `*`, `?` and `[a-z]`.
    package var name: String?
    /// Scenes that have it, as `CatalogueTable.hasTag` says.
    package var tag: String?
    /// Boundaries less than a tenth above their threshold, or films that have such.
    package var isDoubtful = false
    /// Films that broke off.
    package var isDamaged = false
    /// An expression of SQL over the columns of the subject and of its recording.
    package var expression: String?
    /// One of the subject's; nil: what the question is about comes first.
    package var order: Order?
    /// nil: all.
    package var limit: Int?
    /// Only how many there are, and how long they are.
    package var isCount = false

    package init() {}

    /// Tables that an expression may name columns of.
    package var tables: [CatalogueTable] {
        var tables: [CatalogueTable] =
            switch subject {
            case .films: [.recordings]
            case .scenes: [.scenes, .recordings]
            case .boundaries: [.boundaries, .recordings]
            case .shots: [.shots, .recordings]
            }
        if tag != nil { tables.append(.tags) }
        return tables
    }

    /// The order in which rows come.
    package var resolvedOrder: Order {
        if let order { return order }
        if tag != nil { return .score }
        if isDoubtful { return .doubtful }
        if longerThan != nil { return .longest }
        return shorterThan != nil ? .shortest : .name
    }

    /// The columns that a row shows, its recording's first.
    package var columns: [String] {
        let film = ["name", "input"]
        let own = ownTable.columns.map(\.name).filter { $0 != "recording" && !film.contains($0) }
        let tags = tag == nil ? [] : ["source", "tag", "value", "cosine"]
        // What a film's row tells at length stands in the table.
        let left: Set<String> = ["options", "files", "ends_sha256"]
        return film + own.filter { !left.contains($0) } + tags
    }

    private var ownTable: CatalogueTable {
        switch subject {
        case .films: .recordings
        case .scenes: .scenes
        case .boundaries: .boundaries
        case .shots: .shots
        }
    }

    private var lengthColumn: String? {
        switch subject {
        case .films: "duration"
        case .scenes, .shots: "length"
        case .boundaries: nil
        }
    }

    /// The statement. Its expression stands in brackets and on a line of its own: a comment in it ends with
    /// the line.
    package var text: String {
        let length = lengthColumn
        var shown = columns.joined(separator: ", ")
        if isCount {
            shown = length.map { "count(*) AS count, total(\($0)) AS seconds" } ?? "count(*) AS count"
        }
        var text = "SELECT \(shown) FROM \(sources.joined(separator: " CROSS JOIN "))"
        if !conditions.isEmpty { text += " WHERE " + conditions.map(\.text).joined(separator: " AND ") }
        if !isCount {
            text += " ORDER BY " + sorting.joined(separator: ", ")
            if limit != nil { text += " LIMIT ?" }
        }
        return text
    }

    /// What stands for its question marks.
    package var values: [CatalogueValue] {
        let bound = conditions.compactMap(\.value)
        return !isCount ? bound + (limit.map { [.integer(Int64($0))] } ?? []) : bound
    }

    /// Tables in the order in which they are gone through: what is sorted by first.
    private var sources: [String] {
        let own = ownTable.rawValue
        if subject == .films { return [own] }
        if tag != nil { return ["tags", "scenes USING(recording, scene)", "recordings USING(recording)"] }
        return resolvedOrder == .name || (name != nil && !isDoubtful)
            ? ["recordings", "\(own) USING(recording)"] : [own, "recordings USING(recording)"]
    }

    private var conditions: [(text: String, value: CatalogueValue?)] {
        var conditions: [(String, CatalogueValue?)] = []
        if let tag {
            conditions.append(("tag = ?", .text(tag)))
            conditions.append((CatalogueTable.hasTag, nil))
        }
        if let length = lengthColumn {
            if let longerThan { conditions.append(("\(length) >= ?", .real(longerThan))) }
            if let shorterThan { conditions.append(("\(length) <= ?", .real(shorterThan))) }
        }
        if let name { conditions.append(("name GLOB ?", .text(name))) }
        if isDoubtful { conditions.append((subject == .films ? "doubtful > 0" : "margin < 0.1", nil)) }
        if isDamaged { conditions.append(("damage IS NOT NULL", nil)) }
        if let expression { conditions.append(("(\(expression)\n)", nil)) }
        return conditions
    }

    private var sorting: [String] {
        let key = subject == .films ? [] : [ownTable.key[1]]
        let byName = ["name"] + key
        precondition(subject.orders.contains(resolvedOrder), "rows of this kind have no such order")
        switch resolvedOrder {
        case .name: return byName
        case .longest: return lengthColumn.map { ["\($0) DESC"] + byName } ?? byName
        case .shortest: return lengthColumn.map { [$0] + byName } ?? byName
        case .score: return [tag != nil ? "value DESC" : "score DESC"] + byName
        case .doubtful: return [subject == .films ? "doubtful DESC" : "margin"] + byName
        }
    }
}
