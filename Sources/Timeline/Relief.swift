/// How much of the work for a feed is left out from an instant on, because the machine cannot keep up.
package struct Relief: Hashable, Sendable {
    /// What is left out, each step with those before it.
    package enum Step: Int, Hashable, Sendable, CaseIterable, Comparable {
        /// Nothing: the feed is read as asked for.
        case none
        /// The codec's loop filter, as in the decode plan `fast`.
        case loopFilter
        /// B-pictures where nothing happens, as in the plan `fastest`.
        case pictures
        /// All key frames of a part but the middle one.
        case keyFrames

        /// Names of what is left out, this step's last.
        package var leftOut: [String] {
            let names = ["loop_filter", "pictures", "key_frames"]
            return Array(names.prefix(rawValue))
        }

        package static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
    }

    /// The next picture.
    package var at: Instant
    package var step: Step

    package init(at: Instant, step: Step) {
        self.at = at
        self.step = step
    }
}
