package import Timeline

/// Finds where shots begin, picture by picture. A value: no clock, no I/O.
///
/// Detectors are compared through this interface: ours, a cut list from a file, or anything a test writes.
package protocol ShotDetector {
    /// Name and version, for `stream_start`.
    var name: String { get }

    /// h, in seconds: after a picture at time t was pushed, `horizon` is at or after t - h, whatever the
    /// content.
    var lag: Double { get }

    /// m, in seconds: no two cuts stand closer.
    var minimumShotLength: Double { get }

    /// Takes the next picture in display order and returns what became certain.
    mutating func push(_ picture: Picture) -> ShotDetection

    /// The pictures are over (end of stream, or a gap follows): returns what is left, with the horizon at
    /// `end`, the end of the last picture. Afterwards the detector is as new; the next picture opens a new
    /// timeline.
    mutating func finish(at end: Instant) -> ShotDetection

    /// What was measured of the pictures before the horizon since the last call, in order; after `finish` of
    /// all. Empty unless the detector was asked to record it, and from detectors that measure nothing.
    mutating func takeStatistics() -> [PictureStatistics]
}

extension ShotDetector {
    package mutating func takeStatistics() -> [PictureStatistics] { [] }
}

/// What became certain with one picture.
package struct ShotDetection: Sendable {
    /// New cuts, in order of time, all before `horizon`.
    package var cuts: [ShotCut]

    /// PTS before which no further cut will be reported, and in which no mixed range of a later cut begins
    /// (contract 4). Never decreases.
    package var horizon: Int64

    /// Cuts told before they are certain, and what became of those told before; empty unless the detector was
    /// asked for them. `cuts` and `horizon` are the same with and without.
    package var notices: [CutNotice]

    package init(cuts: [ShotCut] = [], horizon: Int64, notices: [CutNotice] = []) {
        self.cuts = cuts
        self.horizon = horizon
        self.notices = notices
    }
}
