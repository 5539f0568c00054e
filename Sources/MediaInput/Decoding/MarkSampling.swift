/// Of which pictures a picture for marks is made (`Picture.mark`).
enum MarkSampling {
    case none
    /// The first of each second. Where that is not decoded, the next one that is stands for it.
    case everySecond
    /// Each, for whoever chooses among them.
    case every

    /// Whether a picture is the first of a second by the stream's own clock, so that it does not depend on
    /// who decodes what. `second`: its ticks. Where pictures do not say how long they last, a twenty-fifth of
    /// a second stands for it.
    static func isSampled(_ stamp: Int64?, duration: Int64, second: Int64) -> Bool {
        guard let stamp else { return false }
        let length = duration > 0 ? duration : max(1, second / 25)
        return (stamp % second + second) % second < min(length, second)
    }
}
