import MediaInput
import MediaOutput
import SceneFormats
import Timeline

/// Chosen pictures of a film as JPEG files, from one pass over all of it; and how many pictures it has.
struct FilmPictures {
    /// By number, from 0 in the order in which pictures are read; none for numbers beyond the film.
    private(set) var jpegs: [Int64: [UInt8]] = [:]
    private(set) var count: Int64 = 0
    /// Pictures per second, on average.
    private(set) var frameRate = 25.0

    /// Throws `CommandFailure`: cannot open, broken off, interrupted.
    init(
        _ film: String, numbers: Set<Int64>, longestSide: Int, isProgressShown: Bool
    ) throws(CommandFailure) {
        do {
            try read(film, numbers, longestSide, isProgressShown)
        } catch let error as MediaError where error.code == .interrupted {
            throw CommandFailure(status: Interruption.status, message: "")
        } catch let error as MediaError {
            throw CommandFailure(error)
        } catch let error as OutputFailure {
            throw CommandFailure(error)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(status: .internalError, message: "\(error)")
        }
    }

    private mutating func read(
        _ film: String, _ numbers: Set<Int64>, _ longestSide: Int, _ isProgressShown: Bool
    ) throws {
        let view = Picture.View.thumbnail(longestSide: longestSide)
        var options = MediaOptions()
        options.views = [view]
        let reader = try MediaReader(.url(film), options: options, stop: Interruption.stop)
        let base = reader.summary.clock.timeBase
        let progress = CopyProgress(isShown: isProgressShown, of: reader.claimedLength)
        defer { progress.clear() }
        let encoder = StillEncoder(quality: 4)
        var ticks: Int64 = 0
        while let item = reader.next() {
            guard case .picture(let picture) = item else { continue }
            if numbers.contains(count), let still = picture.views[view] {
                jpegs[count] = try encoder.jpeg(of: still)
            }
            count += 1
            ticks += picture.duration
            progress.show(base.seconds(picture.at.pts - reader.summary.clock.startPTS))
        }
        switch reader.ending {
        case .interrupted: throw CommandFailure(status: Interruption.status, message: "")
        case .damaged(let reason): throw CommandFailure(status: .damaged, message: reason)
        case .end, nil: break
        }
        let average = Double(count) / max(base.seconds(ticks), 1e-6)
        frameRate = FrameRate(near: (average * 1000).rounded() / 1000)?.value ?? average
    }
}
