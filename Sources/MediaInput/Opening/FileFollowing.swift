internal import Platform
import Glibc

/// Reads a file that another program is still writing: at its end, waits for more.
struct FileFollowing {
    let path: String
    /// Seconds without growth after which the file counts as complete; 0: never.
    let idle: Double

    /// What to do at the end of the file as it is now.
    enum Answer {
        case readOn, isOver
        /// The file became shorter than what was read of it.
        case wasCut
    }

    /// Waits until `descriptor`, read to its end, has more, or it is certain that nothing will come; looks
    /// about ten times a second. A file that was moved or replaced under its name is over once it has been
    /// read.
    func wait(for descriptor: Int32, stop: StopFlag) -> Answer {
        let position = lseek(descriptor, 0, SEEK_CUR)
        var waited = 0.0
        while !stop.isRaised {
            var own = stat()
            guard fstat(descriptor, &own) == 0 else { return .isOver }
            if own.st_size > position { return .readOn }
            if own.st_size < position { return .wasCut }
            var named = stat()
            if FileName.withBytes(path, { stat($0, &named) }) != 0 || named.st_ino != own.st_ino
                || named.st_dev != own.st_dev
            {
                return .isOver
            }
            if idle > 0, waited >= idle { return .isOver }
            poll(nil, 0, 100)
            waited += 0.1
        }
        return .isOver
    }
}
