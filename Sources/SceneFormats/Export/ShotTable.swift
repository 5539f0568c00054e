/// The list of scenes (shots, in our words) that PySceneDetect writes: comma-separated, a header, one row for
/// each shot, without the line of all cuts in front, which only the end of a film can give (its option
/// `skip-cuts`).
///
/// Its conventions: shots and first pictures count from 1, `End Frame` is the last picture so counted, `End
/// Timecode` is the instant at which the next shot begins; times have milliseconds.
package enum ShotTable {
    package static let header =
        "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,"
        + "End Time (seconds),Length (frames),Length (timecode),Length (seconds)\n"

    /// - Parameters:
    ///   - index: of the shot, from 0.
    ///   - pictures: its pictures, counted from 0.
    ///   - start: its first instant, in microseconds from the first picture.
    ///   - end: its first instant after it, the same.
    /// - Returns: one row with its newline.
    package static func row(index: Int, pictures: Range<Int64>, start: Int64, end: Int64) -> String {
        let first = milliseconds(start)
        let last = milliseconds(end)
        let length = milliseconds(end - start)
        let cells = [
            "\(index + 1)", "\(pictures.lowerBound + 1)", clockText(milliseconds: first),
            secondsText(milliseconds: first), "\(pictures.upperBound)", clockText(milliseconds: last),
            secondsText(milliseconds: last), "\(pictures.count)", clockText(milliseconds: length),
            secondsText(milliseconds: length),
        ]
        return cells.joined(separator: ",") + "\n"
    }

    /// Rounded half up.
    private static func milliseconds(_ microseconds: Int64) -> Int64 { (microseconds + 500) / 1000 }

    /// `HH:MM:SS.mmm`, of microseconds that are not negative.
    static func clock(microseconds: Int64) -> String { clockText(milliseconds: milliseconds(microseconds)) }
}
