/// Part of the work is left out, or less of it, because the machine cannot keep up with a live feed.
package struct Relief: Hashable, Sendable {
    /// How much is left out. A step contains those before it, where the input has them.
    package enum Step: Int, Hashable, Sendable, CaseIterable, Comparable {
        /// Nothing: the feed is read as asked for.
        case none
        /// The codec's loop filter, as in the decode plan `fast`.
        case loopFilter
        /// B-pictures where nothing happens, as in the plan `fastest`.
        case pictures
        /// Groups of pictures that show one place, but their key frames, as in the plan `scout`.
        case groups
        /// All key frames of a part but the middle one.
        case keyFrames

        /// What events call it; nil for `none`.
        package var name: String? {
            switch self {
            case .none: nil
            case .loopFilter: "loop_filter"
            case .pictures: "pictures"
            case .groups: "groups"
            case .keyFrames: "key_frames"
            }
        }

        package static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
    }

    /// All that is left out: the steps up to one, but those that an input does not have.
    package struct LeftOut: Hashable, Sendable {
        /// In order, each once, without `none`.
        package let steps: [Step]

        package static let nothing = LeftOut([])

        package init(_ steps: some Sequence<Step>) {
            self.steps = Set(steps).subtracting([.none]).sorted()
        }

        /// The furthest of them.
        package var step: Step { steps.last ?? .none }
        package var names: [String] { steps.compactMap(\.name) }
    }

    /// The next picture.
    package var at: Instant
    package var leftOut: LeftOut

    package init(at: Instant, leftOut: LeftOut) {
        self.at = at
        self.leftOut = leftOut
    }
}
