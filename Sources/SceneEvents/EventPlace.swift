package import JSONText
package import Timeline

/// An instant as a line gives it, without the stream's clock; what may be null is nil then, and where it is
/// absent.
package struct EventPlace: EventValue, Hashable, Sendable {
    /// From the first picture.
    package var t: EventSeconds
    /// Not checked against anything.
    package var pts: Int64?
    package var timeBase: String?
    package var frame: Int?
    package var timecode: TimecodeLabel?

    package init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        t = try fields.get("t")
        pts = try fields.find("pts")
        timeBase = try fields.find("time_base")
        frame = try fields.find("frame")
        timecode = try fields.find("timecode")
    }
}
