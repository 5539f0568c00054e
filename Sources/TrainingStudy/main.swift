import Foundation
import SceneTraining

/// `TrainingStudy FOLDER key=value ...`, or `TrainingStudy STUDY key=value ...` with one of the studies
/// below.
let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    FileHandle.standardError.write(Data("usage: TrainingStudy FOLDER key=value ...\n".utf8))
    exit(64)
}
let settings = Settings(arguments.dropFirst(2))
HeapPolicy.keepFreed()
if arguments[1] == "speed" {
    StepSpeed(settings: settings).run()
} else if arguments[1] == "motion" {
    try MotionStudy(settings: settings).run()
} else if arguments[1] == "synthetic" {
    try SyntheticStudy(folder: settings.text("folder", ""), settings: settings).run()
} else if arguments[1] == "curve" {
    try CurveStudy(folder: settings.text("folder", ""), settings: settings).run()
} else if arguments[1] == "encoder" {
    try EncoderStudy(settings: settings).run()
} else if arguments[1] == "cues" {
    try CueStudy(folder: settings.text("folder", ""), settings: settings).run()
} else if arguments[1] == "variants" {
    try VariantStudy(folder: settings.text("folder", ""), settings: settings).run()
} else if arguments[1] == "representation" {
    try RepresentationStudy(folder: settings.text("folder", ""), settings: settings).run()
} else if arguments[1] == "genres" {
    try GenreStudy(folder: settings.text("folder", ""), settings: settings).run()
} else if arguments[1] == "table" {
    try TableStudy(folder: settings.text("folder", ""), settings: settings).run()
} else if arguments[1] == "spans" {
    try TableStudy(folder: settings.text("folder", ""), settings: settings, rows: TableRow.spans).run()
} else {
    try RelationalStudy(folder: arguments[1], settings: settings).run()
}
