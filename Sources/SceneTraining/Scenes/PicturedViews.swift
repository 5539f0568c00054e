package import NeuralNet
package import SceneModel
package import SceneSegmentation
package import TensorKernels
package import Timeline

// Shapes: B scenes, E width of the result.

extension PatchSceneNetwork: ContrastedEncoder {
    /// The passes of scenes, one by one.
    package struct Pass: ContrastedPass {
        var scenes: [TrainableVisionTransformer.Trace]
        /// [B, E].
        package var vectors: Matrix
    }

    package var vectorWidth: Int { vision.outputDimension }

    /// `scenes`: the frames of each, at least one. No dropout, as CLIP has none.
    package func pass(_ scenes: [[RGBPicture]], dropout: Dropout?) -> Pass {
        var pass = Pass(scenes: [], vectors: Matrix(rows: scenes.count, columns: vectorWidth))
        var rooms = VisionRooms(vision)
        for (place, frames) in scenes.enumerated() {
            rooms.use(frames.count) { room in
                let trace = vision.forward(
                    pixels(of: frames), frames: frames.count, interpolation: layout.interpolation, &room)
                pass.vectors.setRow(place, to: trace.vector.row(0))
                pass.scenes.append(trace)
            }
        }
        return pass
    }

    package func addGradient(_ pass: inout Pass, _ dVectors: Matrix, to gradient: inout PatchSceneNetwork) {
        var rooms = VisionRooms(vision)
        for (place, trace) in pass.scenes.enumerated() {
            let slope = Matrix(rows: 1, columns: vectorWidth, values: dVectors.row(place))
            rooms.use(trace.frames) { vision.backward(trace, slope, &$0, gradient: &gradient.vision) }
        }
    }

    package var sceneEncoder: any SceneEncoder { self }
}

/// The room of the last pass, used again while pictures have equally many frames.
private struct VisionRooms {
    private let vision: TrainableVisionTransformer
    private var last: (frames: Int, room: TrainableVisionTransformer.Room)?

    init(_ vision: TrainableVisionTransformer) { self.vision = vision }

    mutating func use(_ frames: Int, _ body: (inout TrainableVisionTransformer.Room) -> Void) {
        var room: TrainableVisionTransformer.Room
        if let last, last.frames == frames {
            room = last.room
        } else {
            room = vision.makeRoom(frames: frames)
        }
        last = nil
        body(&room)
        last = (frames, room)
    }
}

/// Key frames of the shots of recordings, as a scene encoder that looks at pictures wants them.
package struct PicturedViews: SceneViews {
    /// Of every recording, every row and every frame that is seen of it; none of a row that is left out.
    private let frames: [[[RGBPicture]]]
    private let wanted: ScenePictures
    package let identity: UInt64

    /// - Parameters:
    ///   - films: key frames of each row of a recording, in the order of the archive's.
    ///   - encoder: which frames it sees, and whether black ones count.
    package init(_ films: [[[RGBPicture]]], for encoder: PatchSceneNetwork) {
        let wanted = encoder.wanted
        self.wanted = wanted
        frames = films.map { rows in
            rows.map { pictures in
                let seen = wanted.frames(of: pictures.count).map { pictures[$0] }
                return encoder.skipsBlank ? seen.filter { !$0.isBlank } : seen
            }
        }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for picture in films.joined().joined() {
            for byte in picture.bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        identity = hash
    }

    package func scenes(_ windows: [SceneWindow], for encoder: PatchSceneNetwork) -> [[RGBPicture]] {
        windows.map { window in parts(window.recording, window.shots).flatMap(\.self) }
    }

    package func isSeen(_ window: SceneWindow) -> Bool {
        parts(window.recording, window.shots).contains { !$0.isEmpty }
    }

    /// Frames of the rows of a recording that stand for some of them: as many as the layout has.
    package func parts(_ recording: Int, _ rows: Range<Int>) -> [[RGBPicture]] {
        wanted.places(of: rows.count).map { frames[recording][rows.lowerBound + $0] }
    }
}
