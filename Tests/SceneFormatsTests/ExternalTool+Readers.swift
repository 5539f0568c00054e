import Foundation
import TestSupport

/// The readers that judge our files.
extension ExternalTool {
    static let hasFFmpeg = isThere("ffmpeg") && isThere("ffprobe")
    /// Where `scripts/setup --test` puts OpenTimelineIO.
    static let venvPython = Fixtures.root.appending(path: ".build/venv/bin/python").path
    static let hasOpenTimelineIO = succeeds([venvPython, "-c", "import opentimelineio, otio_cmx3600_adapter"])
}
