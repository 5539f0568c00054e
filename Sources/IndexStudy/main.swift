import Foundation

/// `IndexStudy make DIR key=value ...` makes an index of random vectors, and says how fast.
/// `IndexStudy search DIR key=value ...` searches it, in turn with reading the same memory.
/// `IndexStudy encode key=value ...` makes vectors of scenes with the trained scene encoder.
let arguments = CommandLine.arguments
let settings = StudySettings(arguments.dropFirst(arguments.dropFirst().first == "encode" ? 2 : 3))
switch arguments.dropFirst().first {
case "make" where arguments.count > 2: try MakingStudy(directory: arguments[2], settings: settings).run()
case "search" where arguments.count > 2: try SearchStudy(directory: arguments[2], settings: settings).run()
case "encode": EncodingStudy(settings: settings).run()
default:
    FileHandle.standardError.write(
        Data(
            """
            usage: IndexStudy make DIR recordings=10000 scenes=100 width=512 seed=1
                   IndexStudy search DIR rounds=10 threads=2 queries=1 top=10 seed=1
                   IndexStudy encode parts=9 width=512 scenes=200 rounds=10 seed=1\n
            """.utf8))
    exit(64)
}
