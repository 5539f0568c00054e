internal import ShotDetection
package import Timeline

/// Who finds the shots of a run, and how `stream_start` names it.
package struct ChosenDetector: Sendable {
    package let name: String
    /// h, seconds.
    package let lag: Double
    /// The list that shots are taken from; nil for the detector of scened.
    package let list: CutList?

    private init(name: String, lag: Double, list: CutList? = nil) {
        self.name = name
        self.lag = lag
        self.list = list
    }

    /// The detector of scened.
    package static let trained: ChosenDetector = {
        let detector = VideoShotDetector(timeBase: TimeBase(numerator: 1, denominator: 1000))
        return ChosenDetector(name: detector.name, lag: detector.lag)
    }()

    /// The cuts of a list.
    package static func listed(_ list: CutList) -> ChosenDetector {
        ChosenDetector(name: ListedShotDetector.listName, lag: ListedShotDetector.lag(of: list), list: list)
    }

    /// One that ran before: only its name and its lag are known.
    static func recorded(name: String, lag: Double) -> ChosenDetector {
        ChosenDetector(name: name, lag: lag)
    }

    /// Shots that come as they are.
    package static let given = ChosenDetector(name: ListedShotDetector.listName, lag: 0)

    /// The detector at work.
    func make(
        timeBase: TimeBase, minimumShot: Double, recordsStatistics: Bool = false, announcesCuts: Bool = false
    ) -> any ShotDetector {
        if let list {
            return ListedShotDetector(list, timeBase: timeBase, minimumShotLength: minimumShot)
        }
        var tuning = ShotDetectorTuning()
        tuning.minimumShotLength = minimumShot
        return VideoShotDetector(
            timeBase: timeBase, tuning: tuning, recordsStatistics: recordsStatistics,
            announcesCuts: announcesCuts)
    }
}
