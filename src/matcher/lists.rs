//! Many short lists in one piece of memory.

use super::key;

/// A list for each number, in one piece of memory.
#[derive(Debug)]
pub(super) struct Lists<T> {
    /// Where each list begins; one more at the end.
    first: Vec<u32>,
    all: Vec<T>,
}

impl<T> Lists<T> {
    pub(super) fn new(lists: impl IntoIterator<Item = impl IntoIterator<Item = T>>) -> Self {
        let mut new = Self { first: vec![0], all: Vec::new() };
        for list in lists {
            new.push(list);
        }
        new
    }

    fn push(&mut self, list: impl IntoIterator<Item = T>) {
        self.all.extend(list);
        self.first.push(key::number(self.all.len()));
    }

    /// For each number below `count` what it is paired with, sorted, each once.
    pub(super) fn of_pairs(count: usize, pairs: Vec<(u32, T)>) -> Self
    where
        T: Copy + Ord,
    {
        let Some(&(_, any)) = pairs.first() else {
            return Self { first: vec![0; count + 1], all: Vec::new() };
        };
        // Where each list begins, and as it is filled, where it goes on.
        let mut next = vec![0; count];
        for (number, _) in &pairs {
            next[*number as usize] += 1;
        }
        let mut before = 0;
        for next in &mut next {
            before += std::mem::replace(next, before);
        }
        let mut all = vec![any; pairs.len()];
        for (number, item) in pairs {
            let next = &mut next[number as usize];
            all[*next] = item;
            *next += 1;
        }
        let (mut lists, mut start) =
            (Self { first: vec![0], all: Vec::with_capacity(all.len()) }, 0);
        for end in next {
            let list = &mut all[start..end];
            list.sort_unstable();
            let mut last = None;
            lists.push(list.iter().copied().filter(|item| last.replace(*item) != Some(*item)));
            start = end;
        }
        lists
    }

    /// Sorts each list; what is equal stays in its order.
    pub(super) fn sort_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        for bounds in self.first.windows(2) {
            if let &[from, to] = bounds
                && let Some(list) = self.all.get_mut(from as usize..to as usize)
            {
                list.sort_by_key(&key);
            }
        }
    }

    pub(super) fn get(&self, number: usize) -> &[T] {
        match self.first.get(number..number + 2) {
            Some(&[from, to]) => self.all.get(from as usize..to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_become_sorted_lists() {
        let mut lists = Lists::of_pairs(4, vec![(2, 'b'), (0, 'c'), (2, 'a'), (2, 'b'), (0, 'a')]);
        let all: Vec<&[char]> = (0..5).map(|number| lists.get(number)).collect();
        assert_eq!(all, [&['a', 'c'][..], &[], &['a', 'b'], &[], &[]]);
        lists.sort_by_key(|letter| *letter == 'a');
        assert_eq!([lists.get(0), lists.get(2)], [&['c', 'a'], &['b', 'a']]);
        assert_eq!(Lists::<char>::of_pairs(2, Vec::new()).get(1), []);
    }
}
