//! Explanations of terms: tooltips and the glossary.

use super::prelude::*;

/// Returns the explanations of the glossary by title.
fn glossary(window: &mut Window) -> Vec<(String, String)> {
    press(window, Modifiers::SHIFT, Key::F1);
    let labels = window.query_all_by_role(Role::Label);
    let texts: Vec<String> = labels
        .filter_map(|label| label.accesskit_node().value())
        .skip_while(|text| text != "Glossary")
        .skip(1)
        .collect();
    press(window, Modifiers::NONE, Key::Escape);
    texts.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

#[test]
fn labels_explain_their_terms_as_the_glossary_does() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    let glossary = glossary(&mut window);
    assert!(glossary.len() > 50, "{glossary:?}");
    let check = |window: &mut Window, labels: &[(&str, &str)]| {
        for (label, title) in labels {
            let (_, explanation) = glossary.iter().find(|(other, _)| other == title).unwrap();
            assert!(!shows(window, explanation), "{label} before");
            let nodes = window.query_all_by(|node| {
                node.label().or(node.value()).is_some_and(|text| text == *label)
            });
            let nodes = nodes.filter(|node| node.accesskit_node().role() == Role::Label);
            let node = nodes.collect::<Vec<_>>().pop();
            node.unwrap_or_else(|| panic!("no label {label:?}")).hover();
            window.run_ok();
            assert!(shows(window, explanation), "{label}");
            window.remove_cursor();
            window.run_ok();
        }
    };
    let form = ["Workload", "Strategy", "Workers", "Order", "Seed", "Time scale", "Series total"];
    check(&mut window, &form.map(|label| (label, label)));
    check(&mut window, &[("2 logical CPUs here", "Logical CPU"), ("Name", "Case")]);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    check(&mut window, &[("idle", "idle")]);
}

#[test]
fn examples_name_the_document_that_they_reproduce() {
    let mut window = window();
    click(&mut window, "Examples");
    window.get_by_label_contains("Crash tests").hover();
    window.run_ok();
    let source = "Reproduces “Crash Course on Python Parallel Processing”";
    assert!(shows(&window, source));
    press(&mut window, Modifiers::NONE, Key::Escape);
    start_example(&mut window, "The web demo");
    until_ended(&mut window);
    assert!(shows(&window, "Reproduces “Snippet Wednesday"));
}
