/**
 * Packs as they come in: bounded before anything of them is held in memory, and without deltas that
 * would take the memory of whoever applies them.
 */
@NullMarked
package dev.pullcord.git.pack;

import org.jspecify.annotations.NullMarked;
