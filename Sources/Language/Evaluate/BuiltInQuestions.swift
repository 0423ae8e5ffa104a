import CResources
import Engine

/// Questions about this program, with their answers and the documents that hold them.
enum BuiltInQuestions {
    static var input: Input {
        Input(
            name: "questions.jsonl", bytes: Array(UnsafeBufferPointer(start: wb_resource_questions, count: wb_resource_questions_size)))
    }
}
