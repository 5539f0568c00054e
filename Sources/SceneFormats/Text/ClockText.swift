/// `HH:MM:SS.mmm` of milliseconds that are not negative; hours grow beyond two digits.
package func clockText(milliseconds: Int64) -> String {
    hoursText(seconds: milliseconds / 1000) + "." + padded(milliseconds % 1000, to: 3)
}

/// `HH:MM:SS` of seconds that are not negative.
func hoursText(seconds: Int64) -> String {
    [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, to: 2) }.joined(separator: ":")
}

/// Milliseconds as seconds with three decimals.
func secondsText(milliseconds: Int64) -> String {
    "\(milliseconds / 1000)." + padded(milliseconds % 1000, to: 3)
}
