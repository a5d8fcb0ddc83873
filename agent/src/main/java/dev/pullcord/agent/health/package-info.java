/** Whether a worker is well. */
@NullMarked
package dev.pullcord.agent.health;

import org.jspecify.annotations.NullMarked;
