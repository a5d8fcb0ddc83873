/** Tests of the package of the same name. */
@NullMarked
package dev.pullcord.server.contact;

import org.jspecify.annotations.NullMarked;
