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
            "\(index + 1)", "\(pictures.lowerBound + 1)", clock(first), seconds(first),
            "\(pictures.upperBound)", clock(last), seconds(last), "\(pictures.count)", clock(length),
            seconds(length),
        ]
        return cells.joined(separator: ",") + "\n"
    }

    /// Rounded half up.
    private static func milliseconds(_ microseconds: Int64) -> Int64 { (microseconds + 500) / 1000 }

    private static func seconds(_ milliseconds: Int64) -> String {
        "\(milliseconds / 1000)." + padded(milliseconds % 1000, to: 3)
    }

    /// `HH:MM:SS.mmm`, of microseconds that are not negative.
    static func clock(microseconds: Int64) -> String { clock(milliseconds(microseconds)) }

    private static func clock(_ milliseconds: Int64) -> String {
        let total = milliseconds / 1000
        let fields = [total / 3600, total / 60 % 60, total % 60].map { padded($0, to: 2) }
        return fields.joined(separator: ":") + "." + padded(milliseconds % 1000, to: 3)
    }
}
