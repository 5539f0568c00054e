/// What has been found so far: totals for `stream_end` and the progress line.
package struct StreamCounts: Sendable {
    package var pictures = 0
    package var damagedPictures = 0
    package var shots = 0
    package var parts = 0
    package var boundaries = 0
    package var scenes = 0
    package var gaps = 0

    package init() {}
}
