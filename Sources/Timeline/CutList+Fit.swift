extension CutList {
    /// The first entry whose mixed pictures do not stand around it, or reach into what is listed before it;
    /// nil if the list is in order. O(n).
    package var firstConflict: Entry? {
        var before = -Double.infinity
        for entry in entries {
            let at = entry.at.magnitude
            let first = entry.mixed?.first.magnitude ?? at
            let last = entry.mixed?.last.magnitude ?? at
            guard first > before, first <= at, at <= max(last, first) else { return entry }
            before = last
        }
        return nil
    }

    /// What of the list cannot be of a film.
    package struct Misfit: Hashable, Sendable {
        /// Entries that begin at or beyond its end, and the first of them.
        package var beyondCount: Int
        package var firstBeyond: FilmPosition?
        /// How many pictures the list says the film has, where the film has another number.
        package var pictureCount: Int64?

        package init(beyondCount: Int, firstBeyond: FilmPosition? = nil, pictureCount: Int64? = nil) {
            self.beyondCount = beyondCount
            self.firstBeyond = firstBeyond
            self.pictureCount = pictureCount
        }
    }

    /// Compares the list with a film of `pictures` pictures that ended `seconds` after its first; nil if it
    /// fits. O(n).
    package func misfit(pictures: Int64, seconds: Double) -> Misfit? {
        let beyond = entries.filter { entry in
            switch entry.mixed?.first ?? entry.at {
            case .frame(let frame): frame >= pictures
            case .seconds(let time): time >= seconds
            }
        }
        let claimed = pictureCount.flatMap { $0 == pictures ? nil : $0 }
        guard claimed != nil || !beyond.isEmpty else { return nil }
        return Misfit(beyondCount: beyond.count, firstBeyond: beyond.first?.at, pictureCount: claimed)
    }
}

extension FilmPosition {
    /// The number alone; comparable within one unit.
    fileprivate var magnitude: Double {
        switch self {
        case .frame(let frame): Double(frame)
        case .seconds(let seconds): seconds
        }
    }
}

extension FilmPosition: CustomStringConvertible {
    /// For messages.
    package var description: String {
        switch self {
        case .frame(let frame): "picture \(frame)"
        case .seconds(let seconds): "\(seconds) s"
        }
    }
}
