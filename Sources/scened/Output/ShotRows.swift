import Timeline

/// The table of shots that a person sees: number from 1, start, length, and how the shot begins.
struct ShotRows {
    static let header = " shot         start        length  begins with\n"

    private let clock: MediaClock

    init(clock: MediaClock) { self.clock = clock }

    func row(_ shot: Shot) -> String {
        let start = ClockText.hours(clock.seconds(at: shot.start.pts))
        let length = ClockText.hours(clock.timeBase.seconds(shot.end.pts - shot.start.pts))
        let number = "\(shot.index + 1)"
        func pad(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        return "\(pad(number, 5))\(pad(start, 14))\(pad(length, 14))  \(shot.transition.kind.rawValue)\n"
    }
}
