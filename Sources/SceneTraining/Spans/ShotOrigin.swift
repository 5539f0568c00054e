/// Where a shot is from: whether another shows the same can be told by it.
package struct ShotOrigin: Hashable, Sendable {
    package var recording: Int
    /// Its begin in the recording.
    package var seconds: Double

    package init(recording: Int, seconds: Double) {
        self.recording = recording
        self.seconds = seconds
    }

    /// Whether both are of one recording, at most so many seconds apart.
    package func isNear(_ other: ShotOrigin, seconds limit: Double) -> Bool {
        recording == other.recording && abs(seconds - other.seconds) <= limit
    }

    /// Begin of every shot in seconds, as far as the durations of all tell it.
    static func starts(durations: [Double]) -> [Double] {
        var now = 0.0
        return durations.map { duration in
            defer { now += duration }
            return now
        }
    }
}
