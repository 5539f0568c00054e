import Foundation
import NeuralNet
import SceneEvaluation
import SceneModel
import SceneSegmentation
import SceneTraining
import TensorKernels
import Timeline

/// `TrainingStudy FOLDER key=value ...`
let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    FileHandle.standardError.write(Data("usage: TrainingStudy FOLDER key=value ...\n".utf8))
    exit(64)
}
let settings = Settings(arguments.dropFirst(2))
try RelationalStudy(folder: arguments[1], settings: settings).run()
